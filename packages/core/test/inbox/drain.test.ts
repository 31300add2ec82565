import { createWebhooks, InboxUnavailableError } from '@mediahooks/core';
import { gcore } from '@mediahooks/providers';
import { gate, incoming } from '../platform.ts';
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

  test('does nothing without an inbox, and refuses what start refuses', async () => {
    const direct = createWebhooks({ sources: { gcore: gcore() }, logger: false });
    await expect(direct.drain()).resolves.toEqual({ events: 0, isTimeUp: false });
    await expect(receiverWith().webhooks.drain()).rejects.toMatchObject({ code: 'handler-missing' });
    const { webhooks } = receiverWith({ inbox: brokenInbox() });
    webhooks.on('*', () => undefined);
    await expect(webhooks.drain()).rejects.toMatchObject({ code: 'inbox-unavailable' });
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
    const { clock, webhooks } = receiverWith({ inbox: brokenInbox({ start: async () => undefined, get }) });
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
