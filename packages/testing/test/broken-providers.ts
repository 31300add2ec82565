import {
  type CredentialGuard,
  type Delivery,
  defineProvider,
  type Guard,
  hmac,
  type Provider,
  rejection,
} from '@mediahooks/core';
import { igniteVideo } from '@mediahooks/providers';
import { igniteSignature } from '@mediahooks/testing';

type Secrets = readonly string[];

const header = 'x-webhook-signature';
const invalid = { refused: rejection('credential-invalid', 'It is not the expected one.') };

/** Ignite with another guard: everything but the guard is right. */
const guardedBy = (guards: readonly Guard[]): Provider =>
  defineProvider({
    name: 'broken',
    guards,
    schema: igniteVideo,
    types: ['video.created', 'video.updated', 'video.deleted'],
    headers: ['x-webhook-event', 'x-webhook-delivery-id'],
    events: (payload, delivery) => [{ type: delivery.headers.get('x-webhook-event') ?? '', payload }],
    options: { unsafeWithoutVerification: true },
  });

const signed = (secret: Secrets, toleranceMs: number | false = 300_000): CredentialGuard =>
  hmac({ secret, header, fields: { timestamp: 't', signature: 'v1' }, timestampUnit: 'ms', toleranceMs });

const checking = (
  check: CredentialGuard['check'],
  places: CredentialGuard['places'] = { headers: [header] },
): Guard => ({
  name: 'broken',
  stage: 'credential',
  places,
  check,
});

/** What a signature must be, for a body that may be another than the delivery's. */
const expected = (secret: string, delivery: Delivery, body: Uint8Array | string = delivery.body): string =>
  igniteSignature(secret, body, Number(/t=(\d+)/.exec(delivery.headers.get(header) ?? '')?.[1] ?? 0));

export const right = (secret: Secrets): Provider => guardedBy([signed(secret)]);

/** Each keeps all promises but those it is named for. */
export const broken = {
  'accepts anything': () => guardedBy([]),
  'ignores the timestamp': (secret: Secrets) => guardedBy([signed(secret, false)]),
  'allows one millisecond too many': (secret: Secrets) => guardedBy([signed(secret, 300_001)]),
  'allows one millisecond too few': (secret: Secrets) => guardedBy([signed(secret, 299_998)]),
  'compares only how the signature begins': (secret: Secrets) =>
    guardedBy([
      checking((delivery) => {
        const given = delivery.headers.get(header) ?? '';
        if (given === '') return { refused: rejection('credential-missing', 'It is missing.') };
        const begins = secret.some((one) => given.slice(0, 40) === expected(one, delivery).slice(0, 40));
        return begins ? {} : invalid;
      }),
    ]),
  'accepts a doubled header': (secret: Secrets) => guardedBy([checking(signed(secret).check, { headers: [] })]),
  're-serialises the body before it verifies': (secret: Secrets) =>
    guardedBy([
      checking((delivery) => {
        const given = delivery.headers.get(header);
        if (given === undefined || given === '') return { refused: rejection('credential-missing', 'It is missing.') };
        try {
          const body = JSON.stringify(JSON.parse(new TextDecoder().decode(delivery.body)));
          return secret.some((one) => given === expected(one, delivery, body)) ? {} : invalid;
        } catch {
          return invalid;
        }
      }),
    ]),
  'knows only the first secret': ([first = '']: Secrets) => guardedBy([signed([first])]),
  'takes an empty credential for a wrong one': (secret: Secrets) =>
    guardedBy([
      checking((delivery) => (delivery.headers.get(header) === '' ? invalid : signed(secret).check(delivery))),
    ]),
  'tells the operator what was expected': (secret: Secrets) =>
    guardedBy([
      checking(async (delivery) => {
        const verdict = await signed(secret).check(delivery);
        if (verdict.refused === undefined) return verdict;
        return { refused: { ...verdict.refused, hint: `Expected a signature with ${secret[0]}.` } };
      }),
    ]),
  'shows handlers the credential': (secret: Secrets) => guardedBy([{ ...signed(secret), places: {} }]),
  'names every event the same': (secret: Secrets) =>
    defineProvider({
      name: 'broken',
      guards: [signed(secret)],
      schema: igniteVideo,
      types: ['video.created'],
      events: (payload) => [{ type: 'video.created', payload }],
    }),
  'drops fields that it does not know': (secret: Secrets) =>
    defineProvider({
      name: 'broken',
      guards: [signed(secret)],
      schema: igniteVideo,
      types: ['video.updated'],
      events: ({ id }) => [{ type: 'video.updated', payload: { id } }],
    }),
} satisfies Record<string, (secret: Secrets) => Provider>;
