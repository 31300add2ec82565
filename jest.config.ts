import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  // why: tests run the TypeScript sources of every package, so that no build can be stale.
  testEnvironmentOptions: { customExportConditions: ['@mediahooks/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  // why: it only ends a test that hangs. How long one takes on a busy machine says nothing about it.
  testTimeout: 60_000,
  // why: where a test has failed, it may have left a connection open; a run that nobody watches must end all the same.
  forceExit: process.env.CI !== undefined,
  // why: left alone, Jest leaves one core free, and of two that is half. Most tests wait for servers, browsers and compilers.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/tests/project/build.ts',
  testMatch: [
    '<rootDir>/packages/*/test/**/*.test.ts',
    '<rootDir>/examples/*/test/**/*.test.ts',
    '<rootDir>/scripts/*/test/**/*.test.ts',
    '<rootDir>/tests/*.test.ts',
    '<rootDir>/tests/custom-provider/*.test.ts',
  ],
  modulePathIgnorePatterns: ['/dist/', '/.next/'],
};

export default config;
