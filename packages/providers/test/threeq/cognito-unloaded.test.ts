import { jest } from '@jest/globals';
import { examplePayload } from '../payload.ts';
import { receiverOf } from '../receiver.ts';

let loads = 0;
jest.unstable_mockModule('../../src/threeq/cognito/check-token.ts', () => {
  loads += 1;
  if (loads === 1) throw new Error('EMFILE: too many open files');
  return { createCheckToken: () => async () => undefined };
});

test('where what checks tokens cannot be loaded, the platform is to try again, and so does the next token', async () => {
  const { threeq } = await import('@mediahooks/providers');
  const receiver = receiverOf(threeq({ cognito: { userPoolId: 'eu-central-1_AbCdEfGhI', clientId: 'client-0001' } }));
  const send = () =>
    receiver.send({ body: examplePayload('threeq/file.new'), headers: { authorization: 'Bearer a.b.c' } });
  const refused = await send();
  expect(refused).toMatchObject({ status: 503, result: 'key-set-unavailable' });
  expect(refused.hint).toContain('EMFILE');
  expect(await send()).toMatchObject({ status: 200, result: 'handled' });
  expect(loads).toBe(2);
});
