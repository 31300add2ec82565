import { createTestUserPool } from '@mediahooks/testing';
import { type AttemptResult, attemptDelivery } from './attempt-result.ts';
import { curlLines } from './curl-lines.ts';
import { feedLine, handledLine } from './feed.ts';
import { forgeries } from './forgeries.ts';
import { genuineDeliveries } from './genuine.ts';
import { createJournal } from './journal.ts';
import { wrap } from './layout.ts';
import type { Paint } from './paint.ts';
import { consolePath, startReceivers } from './receivers.ts';
import { createTable } from './table.ts';
import { createTemporaryInbox } from './temporary-inbox.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface TourOptions {
  readonly port: number;
  /** End after the table. */
  readonly once: boolean;
  /** Handle within the request, without an inbox. */
  readonly direct: boolean;
  /** Characters in a line. */
  readonly width: number;
  readonly paint: Paint;
  readonly print: (text: string) => void;
}

/**
 * The whole tour; gives the status to end with.
 *
 * @throws {PortUnavailableError}
 */
export const runTour = async ({ direct, once, paint, port, print, width }: TourOptions): Promise<0 | 1> => {
  const userPool = await createTestUserPool();
  let listening = false;
  const journal = createJournal(
    (delivery, outcome, hint) => {
      if (listening) print(feedLine(delivery, outcome, hint, width, paint));
    },
    (delivery, event) => {
      if (listening && !direct) print(handledLine(delivery, event, width, paint));
    },
  );
  const kept = direct ? undefined : createTemporaryInbox();
  try {
    const receivers = await startReceivers(port, userPool, journal.observer, kept);
    try {
      const say = (text: string): void =>
        print(
          wrap(text, width - 4)
            .map((line) => `  ${line}`)
            .join('\n'),
        );
      print(`\n  ${paint.strong('mediahooks: the tour')}\n`);
      say(
        `One receiver for five platforms, on ${receivers.proxied.origin}/webhooks. It is sent every example payload of the ` +
          "platforms' pages, properly proven, and then the forgeries that matter.",
      );
      if (kept !== undefined) {
        say(
          `What is genuine is in its inbox, ${kept.path}, before it is answered 202, and handled after that. The table waits for it. ` +
            'Without an inbox: npm start -- --direct',
        );
      }
      const table = createTable(width, paint);
      const results: AttemptResult[] = [];
      for (const attempts of [genuineDeliveries(userPool), forgeries(userPool)]) {
        for (const [index, attempt] of attempts.entries()) {
          if (index === 0) print(`\n${table.head(attempt.kind)}`);
          const result = await attemptDelivery(attempt, receivers, journal);
          results.push(result);
          print(table.row(result, attempts[index - 1]?.delivery.source !== attempt.delivery.source));
        }
      }
      const failed = results.filter(({ asExpected }) => !asExpected).length;
      print(`\n${summary(results, paint)}\n`);
      if (!once) {
        listening = true;
        if (kept !== undefined) print(look(receivers.proxied.origin, paint));
        print(invitation(receivers.proxied.origin, paint));
        await untilInterrupted();
        print(`\n  ${paint.faint('Stopped.')}`);
      }
      return failed === 0 ? 0 : 1;
    } finally {
      await receivers.close();
    }
  } finally {
    kept?.remove();
    await userPool.close();
  }
};

const summary = (results: readonly AttemptResult[], { bad, good }: Paint): string => {
  const count = (kind: AttemptResult['attempt']['kind'], done: string): string => {
    const tried = results.filter(({ attempt }) => attempt.kind === kind);
    const kept = tried.filter(({ asExpected }) => asExpected).length;
    return (kept === tried.length ? good : bad)(`  ${kept} of ${tried.length} ${done}`);
  };
  return `${count('genuine', 'example payloads handled.')}\n${count('forgery', 'forgeries refused.')}`;
};

const look = (origin: string, { strong }: Paint): string =>
  `  ${strong('Look:')} ${origin}${consolePath} shows all of it in a browser, the refused ones and why too.\n`;

const invitation = (origin: string, { faint, strong }: Paint): string =>
  [
    `  ${strong('Your turn.')} Each of these is a genuine delivery; change a character and see. Ctrl-C ends.`,
    ...curlLines(origin).map(({ source, note, command }) => `\n  ${strong(source)} ${faint(`(${note})`)}\n${command}`),
    `\n  ${strong('What arrives:')}`,
  ].join('\n');
