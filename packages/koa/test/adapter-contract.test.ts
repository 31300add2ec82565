import { adapterContract } from '@mediahooks/testing';
import Koa from 'koa';
import Koa2 from 'koa2';
import { koaHarness } from './koa-harness.ts';

const postOnly = 'The route takes POST only, so another method is answered by the router.';

for (const [version, Application] of [
  ['3', Koa],
  ['2', Koa2],
] as const) {
  describe(`Koa ${version}`, () => {
    for (const { name, leftOut, run } of adapterContract(koaHarness(Application))) {
      (leftOut === undefined ? test : test.skip)(name, run);
    }
  });

  describe(`Koa ${version}, as a route of @koa/router`, () => {
    const cases = adapterContract(koaHarness(Application, true), {
      'refuses every method but POST, and names it': postOnly,
      'still knows the source, the method and the credential where a parser has eaten the body': postOnly,
      'refuses a path behind a source that takes none': 'A path of more segments matches no route.',
      'without handlers, gives no forged delivery to the route behind': postOnly,
    });
    for (const { name, leftOut, run } of cases) (leftOut === undefined ? test : test.skip)(name, run);
  });
}
