import { readFileSync } from 'node:fs';
import { makeScript, target } from '../../../scripts/console-script/make-script.ts';

test('the script that is served is what its source makes: npm run console:script', () => {
  expect(readFileSync(target, 'utf8')).toBe(makeScript());
});
