import { readdirSync, readFileSync } from 'node:fs';
import {
  type Clock,
  createWebhooks,
  type Inbox,
  InboxUnavailableError,
  type Receiver,
  systemClock,
} from '@mediahooks/core';
import { sqliteInbox } from '@mediahooks/inbox-sqlite';
import { type InboxWrapOptions, type SpillOptions, wrapInbox } from '@mediahooks/node/inbox';
import { answerOf, incoming, platform, signature } from '../../../core/test/platform.ts';
import { eventually, temporaryFolder } from './temporary-folder.ts';

export const startsAt = Date.now();
export const stored = ['stored', 202] as const;
export const unavailable = ['inbox-unavailable', 503] as const;

export interface Opened {
  readonly webhooks: Receiver;
  readonly inbox: Inbox;
  /** As a process that is killed: nothing more is written, handed over or closed. */
  die(): void;
}

/** An engine that goes away and comes back, and processes that spill meanwhile. */
export interface SpillScene {
  readonly folder: ReturnType<typeof temporaryFolder>;
  readonly engine: Inbox;
  /** Whether the engine is; at first it is. */
  away: boolean;
  /** How many more deliveries the engine takes before it goes away. */
  takes: number;
  /** The engine does not get done with deliveries that have this in their body. */
  slow: string | undefined;
  /** Bodies the engine was given. */
  readonly accepted: readonly string[];
  /** How many of them the engine has before it at a time, by subject and all in all: at most so far. */
  readonly together: { readonly ofOne: number; readonly ofAll: number };
  /** Called once, when the engine has taken the next delivery. */
  afterAccept: (() => void) | undefined;
  /** The engine as a process sees it: over a line that can be cut, and only while the process lives. */
  reachable(isAlive: () => boolean): Inbox;
  /** A process. */
  open(spill?: Partial<SpillOptions>, more?: InboxWrapOptions, sources?: readonly string[]): Opened;
  /** Lines in all spill files. */
  spilled(): string[];
  storedCount(): Promise<number>;
  /** Waits until nothing is spilled any more. */
  drained(): Promise<unknown>;
  close(): Promise<void>;
}

/** Waits no time, but for what is done now and then only: that is never due. */
export const soon =
  (isAlive: () => boolean): Clock['after'] =>
  (ms, call) =>
    ms < 60_000 ? systemClock.after(1, () => isAlive() && call()) : () => undefined;

export const send = async (webhooks: Receiver, body: string, path = '/platform') =>
  answerOf(await webhooks.receive(incoming({ body, headers: ['X-Signature', signature(body, startsAt)] }, { path })));

export const item = (id: string, version: number): string => JSON.stringify({ id, version });

export const spillScene = (): SpillScene => {
  const folder = temporaryFolder();
  const engine = sqliteInbox({ path: folder.path('inbox.db'), pollMs: 20 });
  const accepted: string[] = [];
  const meeting = createMeeting();
  const stops: (() => Promise<void>)[] = [];

  /** Empty where it was handed over meanwhile. */
  const textOf = (name: string): string => {
    try {
      return readFileSync(folder.path(name), 'utf8');
    } catch {
      return '';
    }
  };

  const scene: SpillScene = {
    folder,
    engine,
    away: true,
    takes: Number.POSITIVE_INFINITY,
    slow: undefined,
    accepted,
    together: meeting.most,
    afterAccept: undefined,
    reachable(isAlive) {
      const check = (): void => {
        if (scene.away || !isAlive()) throw new InboxUnavailableError('The engine is away.');
      };
      return {
        ...engine,
        async accept(acceptance) {
          if (scene.takes === 0) scene.away = true;
          check();
          scene.takes -= 1;
          const body = Buffer.from(acceptance.delivery.body).toString();
          accepted.push(body);
          if (scene.slow !== undefined && body.includes(scene.slow)) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            throw new InboxUnavailableError('It took too long.');
          }
          const leave = meeting.enter(acceptance.subjects[0] ?? '');
          const result = await engine.accept(acceptance).finally(leave);
          scene.afterAccept?.();
          scene.afterAccept = undefined;
          return result;
        },
        async keep(delivery, outcome, why) {
          check();
          return engine.keep(delivery, outcome, why);
        },
        async get(id) {
          check();
          return engine.get(id);
        },
        stop: async () => undefined,
      };
    },
    open(spill = {}, more = {}, sources = ['platform', 'other']) {
      let alive = true;
      const inbox = wrapInbox(
        scene.reachable(() => alive),
        {
          spill: {
            path: folder.path('spill'),
            clock: { now: () => Date.now(), after: soon(() => alive) },
            ...spill,
          },
          ...more,
        },
      );
      const webhooks = createWebhooks({
        sources: Object.fromEntries(sources.map((name) => [name, platform()])),
        inbox,
        logger: false,
      });
      stops.push(() => webhooks.stop({ timeoutMs: 0 }));
      return {
        inbox,
        webhooks,
        die: () => {
          alive = false;
        },
      };
    },
    spilled: () =>
      readdirSync(folder.root)
        .filter((name) => name.startsWith('spill') && !name.endsWith('.unreadable'))
        .sort()
        .flatMap((name) => textOf(name).split('\n'))
        .filter((line) => line !== ''),
    storedCount: async () => (await engine.stats()).deliveries.stored,
    drained: () =>
      eventually(
        () => scene.spilled().length,
        (length) => length === 0,
      ),
    async close() {
      for (const stop of stops) await stop();
      await engine.stop({ timeoutMs: 0 });
      folder.remove();
    },
  };
  return scene;
};

/** Counts what is within at the same time. */
const createMeeting = () => {
  const now = new Map<string, number>();
  const most = { ofOne: 0, ofAll: 0 };
  return {
    most,
    /** Gives what leaves again. */
    enter(subject: string): () => void {
      const ofOne = (now.get(subject) ?? 0) + 1;
      now.set(subject, ofOne);
      most.ofOne = Math.max(most.ofOne, ofOne);
      most.ofAll = Math.max(
        most.ofAll,
        [...now.values()].reduce((total, one) => total + one, 0),
      );
      return () => void now.set(subject, (now.get(subject) ?? 0) - 1);
    },
  };
};
