import { type BodyError, type Clock, watchStall } from '@mediahooks/core';
import { manualClock } from '@mediahooks/testing';

const stallMs = 10_000;

/** The clock's own time, and every timer that was set. */
const counting = (clock: Clock) => {
  const timers: number[] = [];
  const counted: Clock = {
    now: clock.now,
    after(ms, callback) {
      timers.push(ms);
      return clock.after(ms, callback);
    },
  };
  return { timers, counted };
};

test('calls back once, so long after what came last', () => {
  const clock = manualClock();
  const errors: BodyError[] = [];
  const watch = watchStall({ maxBytes: 1, stallMs, clock }, (error) => errors.push(error));
  clock.advance(9_999);
  watch.heard();
  clock.advance(9_999);
  expect(errors).toEqual([]);
  clock.advance(1);
  clock.advance(stallMs);
  expect(errors).toEqual([
    expect.objectContaining({ code: 'body-incomplete', message: expect.stringMatching(/10000 ms/) }),
  ]);
});

test('sets one timer, however much comes', () => {
  const { counted, timers } = counting(manualClock());
  const watch = watchStall({ maxBytes: 1, stallMs, clock: counted }, () => undefined);
  for (let chunk = 0; chunk < 100; chunk += 1) watch.heard();
  expect(timers).toEqual([stallMs]);
});

test('calls back no more once it has ended, also after its timer was set again', () => {
  for (const goesOn of [false, true]) {
    const clock = manualClock();
    const errors: BodyError[] = [];
    const watch = watchStall({ maxBytes: 1, stallMs, clock }, (error) => errors.push(error));
    if (goesOn) {
      clock.advance(1);
      watch.heard();
      clock.advance(stallMs - 1);
    }
    watch.end();
    clock.advance(stallMs);
    expect(errors).toEqual([]);
  }
});

test('waits for no longer than that where the clock was set back meanwhile', () => {
  const clock = manualClock();
  let setBackMs = 0;
  const { counted, timers } = counting({ now: () => clock.now() - setBackMs, after: clock.after });
  watchStall({ maxBytes: 1, stallMs, clock: counted }, () => undefined);
  setBackMs = 3_600_000;
  clock.advance(stallMs);
  expect(timers).toEqual([stallMs, stallMs]);
});
