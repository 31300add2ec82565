import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  DeliveryOptions,
  Echo3dDeliveryOptions,
  GcoreDeliveryOptions,
  IgniteDeliveryOptions,
  Tamper,
  ThreeqDeliveryOptions,
  TpstreamsDeliveryOptions,
} from '@mediahooks/testing';
import * as testing from '@mediahooks/testing';
import { repository } from './project/run.ts';

const page = readFileSync(join(repository, 'packages', 'testing', 'README.md'), 'utf8');

/** The cells of the rows below a table's head, names without their back quotes. */
const rowsUnder = (head: string): string[][] => {
  const [, table = ''] = page.split(`\n${head}\n`);
  const [rows = ''] = table.split('\n\n');
  return rows
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
};

// The compiler checks that these are all there are.
type Own<Options extends DeliveryOptions> = Record<Exclude<keyof Options, keyof DeliveryOptions>, true>;
const options = {
  all: { source: true, payload: true, body: true, headers: true, tamper: true } satisfies Record<
    keyof DeliveryOptions,
    true
  >,
  gcore: { address: true, forwardedFor: true } satisfies Own<GcoreDeliveryOptions>,
  ignite: { secret: true, now: true, deliveryId: true } satisfies Own<IgniteDeliveryOptions>,
  tpstreams: { token: true } satisfies Own<TpstreamsDeliveryOptions>,
  echo3d: { urlToken: true, tokenIn: true, apiKey: true } satisfies Own<Echo3dDeliveryOptions>,
  threeq: {
    secret: true,
    userPool: true,
    token: true,
    tokenHeader: true,
    query: true,
  } satisfies Own<ThreeqDeliveryOptions>,
};

describe('packages/testing/README.md lists', () => {
  test('every option of deliver, of every platform', () => {
    const listed = rowsUnder('| option | of | default | what it is |').map(([option, of]) => `${of} ${option}`);
    expect(listed).toEqual(
      Object.entries(options).flatMap(([of, names]) => Object.keys(names).map((option) => `${of} ${option}`)),
    );
  });

  test('every way to spoil a delivery', () => {
    const ways = {
      body: true,
      credential: true,
      'credential-missing': true,
      'credential-empty': true,
      'credential-doubled': true,
    } satisfies Record<Tamper, true>;
    expect(rowsUnder('| `tamper` | what is spoilt |').map(([way]) => way)).toEqual(Object.keys(ways));
  });

  test('every function and value that there is', () => {
    const listed = rowsUnder('| name | what it is for |').flatMap(([names = '']) => names.split(', '));
    expect(listed.toSorted()).toEqual(Object.keys(testing).toSorted());
  });
});

test('packages/testing/README.md says where the deliveries of each platform go by default', () => {
  const [, , defaults = ''] =
    rowsUnder('| option | of | default | what it is |').find(([name]) => name === 'source') ?? [];
  expect(defaults.split(', ')).toEqual([
    testing.deliver('gcore', 'video.ready').source,
    testing.deliver('ignite', 'video.updated').source,
    testing.deliver('tpstreams', 'video.completed').source,
    testing.deliver('echo3d', 'Upload').source,
    testing.deliver('threeq', 'file.new').source,
  ]);
});
