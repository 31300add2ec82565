import { adapterContract } from '@mediahooks/testing';
import express from 'express';
import express4 from 'express4';
import { expressHarness } from './express-harness.ts';

for (const [version, module] of [
  ['5', express],
  ['4', express4],
] as const) {
  describe(`Express ${version}`, () => {
    for (const { name, leftOut, run } of adapterContract(expressHarness(module))) {
      (leftOut === undefined ? test : test.skip)(name, run);
    }
  });
}
