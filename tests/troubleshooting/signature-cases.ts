import type { HmacOptions } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers';
import { createTestDelivery, deliver, editCredential } from '@mediahooks/testing';
import type { Misconfiguration, Trouble } from './misconfiguration.ts';
import { platformDelivery, sign, signedPlatform } from './provider.ts';

const secret = 'whsec_signatures-0001';
const body = '{"id":1}';
const hourMs = 3_600_000;

const signed = (options: Partial<HmacOptions>, headers: () => Readonly<Record<string, string>>): Trouble => ({
  sources: { platform: signedPlatform({ secret, header: 'x-signature', ...options }) },
  secrets: [secret],
  send: (url) => platformDelivery(body, headers()).sendTo(url),
});

/** `t` and `v1`, in the unit that the platform writes. */
const timed = (unitMs: number, at = Date.now()): string => {
  const t = Math.floor(at / unitMs);
  return `t=${t},v1=${sign(secret, `${t}.${body}`)}`;
};
const fields = { timestamp: 't', signature: 'v1' };

const igniteSent = (send: Trouble['send']): Trouble => ({
  sources: { ignite: ignite({ secret }) },
  secrets: [secret],
  send,
});

export const signatureCases: readonly Misconfiguration[] = [
  {
    cause: 'secret-sent',
    code: 'credential-invalid',
    mistake: 'trying it with the secret itself in the header',
    setUp: () =>
      igniteSent((url) => editCredential(deliver('ignite', 'video.updated', { secret }), () => secret).sendTo(url)),
  },
  {
    cause: 'signature-prefix',
    code: 'credential-invalid',
    mistake: 'not configuring the prefix sha256=',
    setUp: () => signed({}, () => ({ 'x-signature': `sha256=${sign(secret, body)}` })),
  },
  {
    cause: 'signature-prefix',
    code: 'credential-invalid',
    mistake: 'configuring a prefix that is not there',
    setUp: () => signed({ prefix: 'sha256=' }, () => ({ 'x-signature': sign(secret, body) })),
  },
  {
    cause: 'signature-prefix',
    code: 'credential-invalid',
    mistake: 'configuring other names of fields',
    setUp: () =>
      signed({ fields: { timestamp: 'time', signature: 'sig1' }, timestampUnit: 's' }, () => ({
        'x-signature': timed(1000),
      })),
  },
  {
    cause: 'signature-prefix',
    code: 'credential-invalid',
    mistake: 'not configuring what stands between two signatures',
    setUp: () =>
      signed({ prefix: 'v1=' }, () => ({
        'x-signature': `v1=${sign('another-0001', body)} v1=${sign(secret, body)}`,
      })),
  },
  {
    cause: 'signature-encoding',
    code: 'credential-invalid',
    mistake: 'configuring hex where the platform writes base64',
    setUp: () => signed({}, () => ({ 'x-signature': sign(secret, body, 'sha256', 'base64') })),
  },
  {
    cause: 'signature-algorithm',
    code: 'credential-invalid',
    mistake: 'configuring SHA-256 where the platform signs with SHA-512',
    setUp: () => signed({}, () => ({ 'x-signature': sign(secret, body, 'sha512') })),
  },
  {
    cause: 'signature-algorithm',
    code: 'credential-invalid',
    mistake: 'letting the platform sign with SHA-1',
    setUp: () => signed({}, () => ({ 'x-signature': `sha1=${sign(secret, body, 'sha1')}` })),
  },
  {
    cause: 'signed-content',
    code: 'credential-invalid',
    mistake: 'configuring that the timestamp is signed where the body alone is',
    setUp: () =>
      signed({ fields, timestampUnit: 'ms' }, () => ({ 'x-signature': `t=${Date.now()},v1=${sign(secret, body)}` })),
  },
  {
    cause: 'signed-header-missing',
    code: 'credential-invalid',
    mistake: 'letting a proxy drop a header that is signed',
    setUp: () => signed({ signed: '{header:x-id}.{body}' }, () => ({ 'x-signature': sign(secret, `msg_1.${body}`) })),
  },
  {
    cause: 'timestamp-in-seconds',
    code: 'credential-expired',
    mistake: 'configuring milliseconds where the platform writes seconds',
    setUp: () => signed({ fields, timestampUnit: 'ms' }, () => ({ 'x-signature': timed(1000) })),
  },
  {
    cause: 'timestamp-in-milliseconds',
    code: 'credential-expired',
    mistake: 'configuring seconds where the platform writes milliseconds',
    setUp: () => signed({ fields, timestampUnit: 's' }, () => ({ 'x-signature': timed(1) })),
  },
  {
    cause: 'timestamp-as-date',
    code: 'credential-invalid',
    mistake: 'configuring a number where the platform writes a date',
    setUp: () =>
      signed({ timestampHeader: 'x-sent-at', timestampUnit: 's' }, () => ({
        'x-signature': sign(secret, body),
        'x-sent-at': new Date().toISOString(),
      })),
  },
  {
    cause: 'clock-off',
    code: 'credential-expired',
    mistake: 'setting the clock to local time',
    setUp: () =>
      igniteSent((url) => deliver('ignite', 'video.updated', { secret, now: Date.now() - 2 * hourMs }).sendTo(url)),
  },
  {
    cause: 'clock-off',
    code: 'credential-expired',
    mistake: 'letting the clock run behind',
    setUp: () =>
      igniteSent((url) => deliver('ignite', 'video.updated', { secret, now: Date.now() + 700_000 }).sendTo(url)),
  },
  {
    cause: 'header-renamed',
    code: 'credential-missing',
    mistake: 'letting a proxy rename the header of the signature',
    setUp: () =>
      igniteSent((url) => {
        const delivery = deliver('ignite', 'video.updated', { secret });
        const headerLines = delivery.headerLines.map(([name, value]): readonly [string, string] => [
          name === 'x-webhook-signature' ? 'x-original-webhook-signature' : name,
          value,
        ]);
        return createTestDelivery({ ...delivery, headerLines }).sendTo(url);
      }),
  },
  {
    cause: 'header-doubled',
    code: 'credential-invalid',
    mistake: 'letting a proxy set the header and pass on the one that came',
    setUp: () =>
      igniteSent((url) => deliver('ignite', 'video.updated', { secret, tamper: 'credential-doubled' }).sendTo(url)),
  },
  {
    cause: 'credential-empty',
    code: 'credential-missing',
    mistake: 'leaving the secret empty at the platform',
    setUp: () =>
      igniteSent((url) => deliver('ignite', 'video.updated', { secret, tamper: 'credential-empty' }).sendTo(url)),
  },
  {
    cause: 'credential-not-sent',
    code: 'credential-missing',
    mistake: 'letting a CDN drop the header of the signature',
    setUp: () =>
      igniteSent((url) => deliver('ignite', 'video.updated', { secret, tamper: 'credential-missing' }).sendTo(url)),
  },
];
