import assert from 'node:assert/strict';
import type { InboxEvent } from '@mediahooks/core';
import { acceptance, collector, handled, plannedEvent, worker } from './fixtures.ts';
import { same } from './same.ts';
import { withStorage } from './with-storage.ts';

/** Events of one subject in order, others beside them. */
export const orderingCases = {
  'handles the events of one subject in the order they were stored': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const all = collector<InboxEvent>(60);
    const run = worker((event) => {
      all.note(event);
      return handled;
    });
    for (let index = 0; index < 60; index += 1) {
      await inbox.accept(acceptance({ events: [{ subject: `ignite video:${index % 3}`, version: index }] }));
    }
    await inbox.start(run);
    await other.start(run);
    for (const subject of ['ignite video:0', 'ignite video:1', 'ignite video:2']) {
      const versions = (await all.all)
        .filter((event) => event.subject === subject)
        .map(({ version }) => Number(version));
      same(
        versions,
        [...versions].sort((a, b) => a - b),
      );
      assert.equal(versions.length, 20);
    }
  }),

  'handles the events of one subject in the order of their plans, whichever process stored them': withStorage(
    async (storage, inbox) => {
      const other = await storage.open();
      const subject = 'gcore stream:1';
      const accept = (index: number) => {
        const base = acceptance({ subjects: [subject] });
        return (index % 2 ? inbox : other).accept({
          ...base,
          plan(known) {
            const state = Number(known.get(subject)?.state ?? 0) + 1;
            const event = plannedEvent(base.delivery, 0, { subject, version: state });
            return { events: [event], subjects: new Map([[subject, { state, version: state }]]) };
          },
        });
      };
      const all = collector<number>(60);
      const run = worker((event) => {
        all.note(Number(event.version));
        return handled;
      });
      await inbox.start(run);
      await other.start(run);
      await Promise.all(Array.from({ length: 60 }, (_, index) => accept(index)));
      same(
        await all.all,
        Array.from({ length: 60 }, (_, index) => index + 1),
      );
    },
  ),

  'never runs two events of one subject at the same time': withStorage(async (storage, inbox) => {
    const other = await storage.open();
    const all = collector<string>(30);
    let running = 0;
    let most = 0;
    const run = worker(async (event) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      all.note(event.id);
      return handled;
    });
    for (let index = 0; index < 30; index += 1)
      await inbox.accept(acceptance({ events: [{ subject: 'ignite video:1' }] }));
    await inbox.start(run);
    await other.start(run);
    await all.all;
    assert.equal(most, 1);
  }),

  'lets other subjects go on beside one that takes long': withStorage(async (_storage, inbox) => {
    const others = collector<string>(5);
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await inbox.accept(acceptance({ events: [{ subject: 'ignite video:slow' }] }));
    for (let index = 0; index < 5; index += 1)
      await inbox.accept(acceptance({ events: [{ subject: `ignite video:${index}` }] }));
    await inbox.start(
      worker(async (event) => {
        if (event.subject === 'ignite video:slow') await slow;
        else others.note(event.id);
        return handled;
      }),
    );
    await others.all;
    finish();
  }),

  'runs as many events at the same time as it was told, and no more': withStorage(async (storage) => {
    const inbox = await storage.open({ concurrency: 3 });
    const started = collector<string>(3);
    const all = collector<string>(12);
    let running = 0;
    let most = 0;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    for (let index = 0; index < 12; index += 1) await inbox.accept(acceptance());
    await inbox.start(
      worker(async (event) => {
        running += 1;
        most = Math.max(most, running);
        if (started.items.length < 3) started.note(event.id);
        await gate;
        running -= 1;
        all.note(event.id);
        return handled;
      }),
    );
    await started.all;
    go();
    await all.all;
    assert.equal(most, 3);
  }),

  'keeps later events of a subject behind one that is tried again': withStorage(async (_storage, inbox) => {
    const all = collector<string>(4);
    for (const name of ['first', 'second'])
      await inbox.accept(acceptance({ events: [{ subject: 'ignite video:1', name }] }));
    await inbox.start(
      worker((event, _delivery, { attempt }) => {
        all.note(`${event.name} ${attempt}`);
        return event.name === 'first' && attempt < 3 ? { kind: 'failed', error: 'not yet', retryInMs: 1 } : handled;
      }),
    );
    same(await all.all, ['first 1', 'first 2', 'first 3', 'second 1']);
  }),

  'goes on with a subject after its dead letter': withStorage(async (_storage, inbox) => {
    const all = collector<string>(2);
    for (const name of ['dead', 'alive'])
      await inbox.accept(acceptance({ events: [{ subject: 'ignite video:1', name }] }));
    await inbox.start(
      worker((event) => {
        all.note(event.name);
        return event.name === 'dead' ? { kind: 'failed', error: 'never', retryInMs: undefined } : handled;
      }),
    );
    same(await all.all, ['dead', 'alive']);
  }),
};
