import { Agent, createServer, request } from 'node:http';
import { expect } from '@jest/globals';
import { createWebhooks, type Inbox, type InboxStats } from '@mediahooks/core';
import { createNodeHandler } from '@mediahooks/node';
import { ignite } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';
import { createRandom } from '../../scripts/crash/random.ts';

const secret = 'whsec_test_secret_0001';
const subjects = 1000;
const versions = 20;
const repeated = 2000;
const connections = 50;

interface Sent {
  readonly video: number;
  readonly version: number;
}

const shuffled = (random: () => number): Sent[] => {
  const all: Sent[] = Array.from({ length: subjects * versions }, (_, index) => ({
    video: index % subjects,
    version: Math.floor(index / subjects),
  }));
  const sent = [...all, ...Array.from({ length: repeated }, () => all[Math.floor(random() * all.length)])];
  for (let index = sent.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [sent[index], sent[other]] = [sent[other], sent[index]];
  }
  return sent.filter((one) => one !== undefined);
};

const versionText = (version: number): string => new Date(1_700_000_000_000 + version * 1000).toISOString();

/**
 * Sends 20 versions of each of 1,000 videos, shuffled and some of them twice, over 50 connections, to a receiver that works on them
 * meanwhile. Expects of each video that the versions that are handled only rise, and that the newest is among them. Stops the inbox.
 */
export const expectRisingVersions = async (inbox: Inbox): Promise<void> => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, inbox, logger: false });
  const handled = new Map<string, number[]>();
  const newest = Date.parse(versionText(versions - 1));
  let missing = subjects;
  let allNewest = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    allNewest = resolve;
  });
  webhooks.on('ignite.*', async ({ subject = '', version }) => {
    // A turn of the event loop, so that events of other subjects run meanwhile, and of this one could.
    await new Promise((resolve) => setImmediate(resolve));
    handled.set(subject, [...(handled.get(subject) ?? []), Number(version)]);
    if (version !== newest) return;
    missing -= 1;
    if (missing === 0) allNewest();
  });
  await webhooks.start();
  const server = createServer(createNodeHandler(webhooks));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  const post = ({ version, video }: Sent) =>
    new Promise<number | undefined>((resolve, reject) => {
      const updatedAt = versionText(version);
      const body = JSON.stringify({ id: `v${video}`, createdAt: versionText(0), updatedAt });
      const headers = {
        'x-webhook-signature': igniteSignature(secret, body, Date.now()),
        'x-webhook-event': 'video.updated',
        'x-webhook-delivery-id': `del_${video}_${version}`,
      };
      const sent = request({ port, agent, method: 'POST', path: '/webhooks/ignite', headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      });
      sent.once('error', reject);
      sent.end(body);
    });

  const queue = shuffled(createRandom(1));
  const answers = new Map<number | undefined, number>();
  const send = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const status = await post(next);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  const close = async (): Promise<void> => {
    agent.destroy();
    server.close();
    await webhooks.stop();
  };
  try {
    await Promise.all(Array.from({ length: connections }, send));
    await done;
    expectAllHandled(await inbox.stats(), [...answers.keys()]);
  } finally {
    await close();
  }
  expect(handled.size).toBe(subjects);
  for (const seen of handled.values()) {
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
    expect(seen.at(-1)).toBe(newest);
  }
};

const expectAllHandled = ({ deliveries, events }: InboxStats, statuses: readonly (number | undefined)[]): void => {
  expect([...statuses].sort()).toEqual([200, 202]);
  expect(deliveries).toEqual({ stored: subjects * versions, duplicate: repeated, quarantined: 0, rejected: 0 });
  expect(events).toMatchObject({ dead: 0, pending: 0, waiting: 0 });
  expect(events.handled + events.running + events.stale).toBe(subjects * versions);
  expect(events.stale).toBeGreaterThan(subjects * versions * 0.5);
};
