// Prints the last line of .ci/run. Arguments: Jest's results file, and how many other steps failed.
import { readFileSync } from 'node:fs';

const [, , file, failedSteps] = process.argv;

const readResults = () => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('Jest left no results.');
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, numRuntimeErrorTestSuites: 0 };
  }
};

const results = readResults();
const passed = results.numPassedTests;
// why: a suite that fails to load has no failed tests of its own, and must not vanish from the count.
const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + Number(failedSteps);
const skipped = results.numPendingTests + results.numTodoTests;

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 && passed > 0 && results.success === true ? 0 : 1;
