import { createWebhooks, type Inbox, InboxUnavailableError } from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { gcore } from '@mediahooks/providers';
import { gate, incoming, startsAt } from '../platform.ts';
import { standingClock } from '../standing-clock.ts';
import { brokenInbox, receiverWith, stop, turns } from './fixtures.ts';

describe('drain', () => {
  test('hands over what is due, and ends when nothing has come for a while', async () => {
    const { clock, webhooks } = receiverWith();
    const seen: string[] = [];
    webhooks.on('*', (event) => void seen.push(event.type));
    await webhooks.receive(incoming());
    await webhooks.receive(incoming({ body: '{"id":"b"}' }));
    let result: unknown;
    const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 }).then((value) => {
      result = value;
    });
    await turns();
    expect(seen).toHaveLength(2);
    clock.pass(499);
    await turns();
    expect(result).toBeUndefined();
    clock.pass(1);
    await draining;
    expect(result).toEqual({ events: 2, isTimeUp: false });
    await stop(webhooks, clock);
  });

  test('does not end while a handler runs, and says when its time is up', async () => {
    const { clock, webhooks } = receiverWith();
    const handler = gate();
    webhooks.on('*', () => handler.passed);
    await webhooks.receive(incoming());
    let result: unknown;
    const draining = webhooks.drain({ idleMs: 500, timeoutMs: 3000 }).then((value) => {
      result = value;
    });
    await turns();
    clock.pass(2999);
    await turns();
    expect(result).toBeUndefined();
    clock.pass(1);
    await draining;
    expect(result).toEqual({ events: 0, isTimeUp: true });
    handler.open();
    await turns();
    await stop(webhooks, clock);
  });

  describe('while events are due', () => {
    /** A receiver whose engine looks for events so long after it was started, for the first time. */
    const receiverWithSlowStart = (startsAfterMs: number) => {
      const clock = standingClock(startsAt);
      const inbox = sqliteInbox({ path: ':memory:', clock });
      const start: Inbox['start'] = async (worker) => void clock.after(startsAfterMs, () => void inbox.start(worker));
      return receiverWith({ clock, inbox: { ...inbox, start } });
    };

    test('is not done, however long the engine takes for its first look', async () => {
      const { clock, webhooks } = receiverWithSlowStart(5000);
      webhooks.on('*', () => undefined);
      await webhooks.receive(incoming());
      let result: unknown;
      const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 }).then((value) => {
        result = value;
      });
      for (let passedMs = 0; passedMs < 5000; passedMs += 500) {
        await turns();
        expect(result).toBeUndefined();
        clock.pass(500);
      }
      await turns();
      expect(result).toBeUndefined();
      clock.pass(500);
      await draining;
      expect(result).toEqual({ events: 1, isTimeUp: false });
      await stop(webhooks, clock);
    });

    test('is not done, where one began while the inbox was asked', async () => {
      const clock = standingClock(startsAt);
      const inbox = sqliteInbox({ path: ':memory:', clock });
      const handler = gate();
      let begin = async (): Promise<void> => undefined;
      const start: Inbox['start'] = async (worker) => {
        begin = () => inbox.start(worker);
      };
      const list: Inbox['list'] = async (filter, page) => {
        await begin();
        await turns();
        return inbox.list(filter, page);
      };
      const { webhooks } = receiverWith({ clock, inbox: { ...inbox, list, start } });
      webhooks.on('*', () => handler.passed);
      await webhooks.receive(incoming());
      let result: unknown;
      const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 }).then((value) => {
        result = value;
      });
      await turns();
      clock.pass(500);
      await turns(40);
      expect(result).toBeUndefined();
      handler.open();
      await turns();
      clock.pass(500);
      await draining;
      expect(result).toEqual({ events: 1, isTimeUp: false });
      await stop(webhooks, clock);
    });

    test('is not done, where the end of one has still to be written down: the next of its subject waits for that', async () => {
      const clock = standingClock(startsAt);
      const inbox = sqliteInbox({ path: ':memory:', clock });
      const written = gate();
      const start: Inbox['start'] = (worker) =>
        inbox.start({
          ...worker,
          async run(event, delivery, context) {
            const result = await worker.run(event, delivery, context);
            await written.passed;
            return result;
          },
        });
      const { webhooks } = receiverWith({ clock, inbox: { ...inbox, start } });
      const versions: unknown[] = [];
      webhooks.on('*', ({ version }) => void versions.push(version));
      await webhooks.receive(incoming({ body: '{"id":"a","version":1}' }));
      await webhooks.receive(incoming({ body: '{"id":"a","version":2}' }));
      let result: unknown;
      const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 }).then((value) => {
        result = value;
      });
      for (let passedMs = 0; passedMs < 2000; passedMs += 500) {
        await turns();
        expect([versions, result]).toEqual([[1], undefined]);
        clock.pass(500);
      }
      written.open();
      await turns();
      clock.pass(500);
      await draining;
      expect([versions, result]).toEqual([[1, 2], { events: 2, isTimeUp: false }]);
      await stop(webhooks, clock);
    });

    test('is done, where what runs is what another process runs', async () => {
      const clock = standingClock(startsAt);
      const inbox = sqliteInbox({ path: ':memory:', clock });
      const list: Inbox['list'] = async (filter, page) => {
        const { cursor, deliveries } = await inbox.list({ ...filter, status: 'handled' }, page);
        const shown = deliveries.map(({ events, ...rest }) => ({
          ...rest,
          events: events.map((event) => ({ ...event, attempts: 2, status: filter.status ?? event.status })),
        }));
        return filter.status === 'running' ? { cursor, deliveries: shown } : { cursor: undefined, deliveries: [] };
      };
      const { webhooks } = receiverWith({ clock, inbox: { ...inbox, list } });
      webhooks.on('*', () => undefined);
      await webhooks.receive(incoming());
      const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 });
      await turns();
      clock.pass(500);
      expect(await draining).toEqual({ events: 1, isTimeUp: false });
      await stop(webhooks, clock);
    });

    test('says that its time is up, where none of them came', async () => {
      const { clock, webhooks } = receiverWithSlowStart(60_000);
      webhooks.on('*', () => undefined);
      await webhooks.receive(incoming());
      const draining = webhooks.drain({ idleMs: 500, timeoutMs: 3000 });
      for (let passedMs = 0; passedMs < 3000; passedMs += 500) {
        await turns();
        clock.pass(500);
      }
      expect(await draining).toEqual({ events: 0, isTimeUp: true });
      await stop(webhooks, clock);
    });

    test('finds one behind many that wait for their next attempt, and looks no longer than that', async () => {
      const clock = standingClock(startsAt);
      const inbox = sqliteInbox({ path: ':memory:', clock });
      const oldest = 'delivery-0';
      let later = (id: string): boolean => id !== oldest;
      const list: Inbox['list'] = async (filter, page) => {
        const { cursor, deliveries } = await inbox.list(filter, page);
        const shown = deliveries.map(({ events, id, ...rest }) => ({
          ...rest,
          id,
          events: later(id) ? events.map((event) => ({ ...event, attempts: 1, runAt: startsAt + 3_600_000 })) : events,
        }));
        return { cursor, deliveries: shown };
      };
      let count = 0;
      let looks = 0;
      const counted: Inbox['list'] = (filter, page) => {
        looks += 1;
        return list(filter, page);
      };
      const { webhooks } = receiverWith({
        clock,
        inbox: { ...inbox, start: async () => undefined, list: counted },
        createId: () => `delivery-${count++}`,
      });
      webhooks.on('*', () => undefined);
      for (let sent = 0; sent < 60; sent += 1) {
        await webhooks.receive(incoming({ body: `{"id":"${sent}"}` }));
        clock.pass(1);
      }
      const drain = async (): Promise<unknown> => {
        const draining = webhooks.drain({ idleMs: 500, timeoutMs: 1000 });
        await turns();
        clock.pass(500);
        await turns();
        clock.pass(500);
        return draining;
      };
      expect(await drain()).toEqual({ events: 0, isTimeUp: true });
      later = () => true;
      expect(await drain()).toEqual({ events: 0, isTimeUp: false });

      for (let sent = 60; sent < 300; sent += 1) {
        await webhooks.receive(incoming({ body: `{"id":"${sent}"}` }));
        clock.pass(1);
      }
      looks = 0;
      expect(await drain()).toEqual({ events: 0, isTimeUp: false });
      expect(looks).toBe(10);
      await stop(webhooks, clock);
    });
  });

  test('is done where an event waits for its next attempt', async () => {
    const { clock, webhooks } = receiverWith();
    webhooks.on('*', () => {
      throw new Error('Not now.');
    });
    await webhooks.receive(incoming());
    const draining = webhooks.drain({ idleMs: 500 });
    await turns();
    clock.pass(500);
    expect(await draining).toEqual({ events: 1, isTimeUp: false });
    await stop(webhooks, clock);
  });

  test('ends when the receiver is stopped, without a word of an inbox that cannot be reached, and leaves no timer', async () => {
    const { clock, told, webhooks } = receiverWith();
    const handler = gate();
    webhooks.on('*', () => handler.passed);
    await webhooks.receive(incoming());
    const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 });
    await turns();
    await stop(webhooks, clock);
    expect(clock.timers).toBe(0);
    expect(await draining).toEqual({ events: 0, isTimeUp: true });
    expect(told.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(await webhooks.drain()).toEqual({ events: 0, isTimeUp: true });
    handler.open();
  });

  test('ends so too when it is stopped while the inbox is asked, which then says that it is closed', async () => {
    const clock = standingClock(startsAt);
    const inbox = sqliteInbox({ path: ':memory:', clock });
    const asked = gate();
    const answer = gate();
    const { told, webhooks } = receiverWith({
      clock,
      inbox: {
        ...inbox,
        async list() {
          asked.open();
          await answer.passed;
          throw new InboxUnavailableError('The inbox is closed.');
        },
      },
    });
    webhooks.on('*', () => undefined);
    const draining = webhooks.drain({ idleMs: 500, timeoutMs: 60_000 });
    await turns();
    clock.pass(500);
    await asked.passed;
    await stop(webhooks, clock);
    answer.open();
    expect(await draining).toEqual({ events: 0, isTimeUp: true });
    expect(told.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('does nothing without an inbox, and refuses what start refuses', async () => {
    const direct = createWebhooks({ sources: { gcore: gcore() }, logger: false });
    await expect(direct.drain()).resolves.toEqual({ events: 0, isTimeUp: false });
    await expect(receiverWith().webhooks.drain()).rejects.toMatchObject({ code: 'handler-missing' });
    const { webhooks } = receiverWith({ inbox: brokenInbox() });
    webhooks.on('*', () => undefined);
    await expect(webhooks.drain()).rejects.toMatchObject({ code: 'inbox-unavailable' });
  });

  test.each([
    [{ timeoutms: 1 }, 'option-unknown', '"timeoutms"'],
    [{ timeoutMs: -1 }, 'option-invalid', '"timeoutMs"'],
    [{ timeoutMs: 0 }, 'option-invalid', '"timeoutMs"'],
    [{ timeoutMs: Number.NaN }, 'option-invalid', '"timeoutMs"'],
    [{ timeoutMs: '5' }, 'option-invalid', '"timeoutMs"'],
    [{ idleMs: 0 }, 'option-invalid', '"idleMs"'],
    [{ idleMs: 0.5 }, 'option-invalid', '"idleMs"'],
    [5000, 'option-invalid', 'drain'],
  ])('refuses %j, with an inbox and without', async (options, code, named) => {
    const direct = createWebhooks({ sources: { gcore: gcore() }, logger: false });
    const { clock, webhooks } = receiverWith();
    webhooks.on('*', () => undefined);
    for (const receiver of [direct, webhooks]) {
      // why Reflect: the compiler would not take them.
      const draining: unknown = Reflect.apply(receiver.drain, receiver, [options]);
      await expect(draining).rejects.toMatchObject({ code, message: expect.stringContaining(named) });
    }
    await stop(webhooks, clock);
  });

  test('says that the inbox cannot be reached, rather than that nothing is due', async () => {
    // why: an engine on a server waits for that in its own time, and its start does not fail.
    const { told, webhooks } = receiverWith({ inbox: brokenInbox({ start: async () => undefined }) });
    webhooks.on('*', () => undefined);
    await expect(webhooks.drain()).rejects.toMatchObject({ code: 'inbox-unavailable' });
    expect(told.filter((line) => /^error the inbox cannot be reached.*The disk is full/.test(line))).toHaveLength(1);
    await webhooks.stop();
  });

  test('says so too where it cannot be reached any more at the end', async () => {
    let isThere = true;
    const get = async () => {
      if (!isThere) throw new InboxUnavailableError('It has gone.');
      return undefined;
    };
    const list = async () => {
      await get();
      return { deliveries: [], cursor: undefined };
    };
    const { clock, webhooks } = receiverWith({ inbox: brokenInbox({ start: async () => undefined, get, list }) });
    webhooks.on('*', () => undefined);
    const drain = async (): Promise<unknown> => {
      const draining = webhooks.drain({ idleMs: 500 }).catch((error: unknown) => error);
      await turns();
      clock.pass(500);
      return draining;
    };
    expect(await drain()).toEqual({ events: 0, isTimeUp: false });
    const draining = drain();
    isThere = false;
    expect(await draining).toMatchObject({ code: 'inbox-unavailable', message: 'It has gone.' });
    await webhooks.stop();
  });

  test('does not wait for an inbox that does not answer any longer than it was told', async () => {
    const get = () => new Promise<undefined>(() => undefined);
    const { clock, webhooks } = receiverWith({ inbox: brokenInbox({ start: async () => undefined, get }) });
    webhooks.on('*', () => undefined);
    let refused: unknown;
    const draining = webhooks.drain({ timeoutMs: 3000 }).catch((error: unknown) => {
      refused = error;
    });
    await turns();
    clock.pass(2999);
    await turns();
    expect(refused).toBeUndefined();
    clock.pass(1);
    await draining;
    expect(refused).toMatchObject({ code: 'inbox-unavailable', message: expect.stringContaining('3000 ms') });
    await webhooks.stop();
  });
});
