import assert from 'node:assert/strict';
import { adapterCase, assertAccepted, assertRefused, signed } from '../adapter-case.ts';
import { fieldOf } from '../field-of.ts';

/** The receiver's default. */
const deadlineMs = 25_000;

export const handlerCases = {
  'answers 500 where a handler throws': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/signed', signed('{"do":"throw"}')), 500, 'handler-failed');
    assertAccepted(await send('/signed', signed('{"do":"nothing"}')), 200, 'handled');
  }),
  'answers 500 where a handler rejects': adapterCase({}, async ({ send }) => {
    assertRefused(await send('/signed', signed('{"do":"reject"}')), 500, 'handler-failed');
    assertAccepted(await send('/signed', signed('{"do":"nothing"}')), 200, 'handled');
  }),
  'says nothing of the error to the sender': adapterCase({}, async ({ send }) => {
    for (const how of ['throw', 'reject']) {
      const answer = await send('/signed', signed(JSON.stringify({ do: how })));
      assertRefused(answer, 500, 'handler-failed');
      assert.doesNotMatch(answer.text, /wanted it|\.ts|\.js/);
    }
  }),
  'answers 202 at the deadline where a handler never ends': adapterCase({}, async ({ send, clock, recorded }) => {
    const answer = send('/signed', signed('{"do":"never"}'));
    await recorded?.untilSeen(1);
    await clock.untilSet(deadlineMs);
    clock.advance(deadlineMs);
    assertAccepted(await answer, 202, 'handling');
    assertAccepted(await send('/signed', signed('{"do":"nothing"}')), 200, 'handled');
  }),
  'keeps a hundred deliveries that come at once apart': adapterCase({}, async ({ send, recorded }) => {
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const bodies = numbers.map((number) => JSON.stringify({ number, filler: 'é'.repeat(number * 50) }));
    const answers = await Promise.all(
      bodies.map((body, number) =>
        send('/signed', number % 10 === 0 ? { ...signed(body), body: Buffer.from('"forged"') } : signed(body)),
      ),
    );
    for (const [number, answer] of answers.entries()) {
      if (number % 10 === 0) assertRefused(answer, 401, 'credential-invalid');
      else assertAccepted(answer, 200, 'handled');
    }
    if (recorded === undefined) return;
    const seen = recorded.events.map((event) => fieldOf(event.payload, 'number'));
    assert.deepEqual(new Set(seen), new Set(numbers.filter((number) => number % 10 !== 0)));
    assert.equal(seen.length, 90);
  }),
};
