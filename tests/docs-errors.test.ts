import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BodyErrorCode,
  type ConfigurationCode,
  HandlerTimeoutError,
  InboxUnavailableError,
  LeaseLostError,
  NonRetryableError,
  rejectionTable,
  UnreadableDeliveryError,
  UnreadableEventError,
} from '@mediahooks/core';
import { repository } from './project/run.ts';

// The compiler checks that these are all there are.
const configurationCodes = {
  'address-unavailable': true,
  'authorize-missing': true,
  'event-unknown': true,
  'guard-missing': true,
  'handler-missing': true,
  'inbox-missing': true,
  'inbox-too-new': true,
  'inbox-unusable': true,
  'nothing-configured': true,
  'option-invalid': true,
  'option-unknown': true,
  'secret-empty': true,
  'secret-missing': true,
  'source-invalid': true,
  'trust-proxy-invalid': true,
} satisfies Record<ConfigurationCode, true>;

const bodyErrorCodes = {
  'body-already-parsed': true,
  'body-incomplete': true,
  'body-too-large': true,
  'unsupported-encoding': true,
} satisfies Record<BodyErrorCode, true>;

const page = readFileSync(join(repository, 'docs', 'errors.md'), 'utf8');

/** The cells of a section's table, row by row, without its head. */
const rowsUnder = (heading: string): string[][] => {
  const [, rest = ''] = page.split(`\n## ${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
};

const codesUnder = (heading: string): (string | undefined)[] => rowsUnder(heading).map(([code]) => code);

describe('docs/errors.md lists exactly the codes there are:', () => {
  test('what a sender is answered, in the order of the pipeline, with its status', () => {
    const listed = rowsUnder('What a sender is answered').map(([code, status]) => [code, status]);
    expect(listed).toEqual(Object.entries(rejectionTable).map(([code, { status }]) => [code, String(status)]));
  });

  test('what is thrown when the receiver is built', () => {
    expect(codesUnder('What is thrown when the receiver is built').toSorted()).toEqual(
      Object.keys(configurationCodes).toSorted(),
    );
  });

  test('what is thrown elsewhere', () => {
    const inboxUnavailable = new InboxUnavailableError('for its code');
    const handlerTimeout = new HandlerTimeoutError('for its code');
    const unreadable = new UnreadableEventError('for its code');
    const unreadableDelivery = new UnreadableDeliveryError('for its code');
    const leaseLost = new LeaseLostError('for its code');
    const nonRetryable = new NonRetryableError('for its code');
    expect(codesUnder('What is thrown elsewhere')).toEqual([
      ...Object.keys(bodyErrorCodes),
      inboxUnavailable.code,
      'decryption-failed',
      handlerTimeout.code,
      unreadable.code,
      unreadableDelivery.code,
      leaseLost.code,
      nonRetryable.code,
    ]);
  });

  test('each with a cause and a mend', () => {
    for (const heading of ['What a sender is answered', 'What is thrown when the receiver is built']) {
      for (const row of rowsUnder(heading)) {
        expect({ code: row[0], texts: row.slice(-2) }).toEqual({
          code: row[0],
          texts: [expect.stringMatching(/\w.{15,}/), expect.stringMatching(/\w.{10,}/)],
        });
      }
    }
  });
});
