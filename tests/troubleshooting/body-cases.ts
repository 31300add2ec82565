import { createNodeHandler } from '@mediahooks/node';
import { ignite, tpstreams } from '@mediahooks/providers';
import { createTestDelivery, deliver } from '@mediahooks/testing';
import express from 'express';
import bodyParser from 'koa-bodyparser';
import type { Misconfiguration, Trouble } from './misconfiguration.ts';
import { withBytesChanged, withExpress, withKoa } from './mounts.ts';

const secret = 'whsec_Bd72-bodies-0001';
const token = 'tok-Bd72-bodies-0002';
const common = {
  sources: { ignite: ignite({ secret }), tpstreams: tpstreams({ token }) },
  secrets: [secret, token],
};
const video = {
  title: 'Übung "eins" <b>',
  id: '507f1f77bcf86cd799439011',
  url: 'https://example.com/a',
  createdAt: '2025-01-01T00:00:00Z',
  updatedAt: '2025-01-02T00:00:00Z',
};
const sendGenuine: Trouble['send'] = (url) => deliver('ignite', 'video.updated', { secret }).sendTo(url);
const sendBody =
  (body: Uint8Array | string): Trouble['send'] =>
  (url) =>
    deliver('ignite', 'video.updated', { secret, body }).sendTo(url);

/** Signed as it is, and changed on its way. */
const changed = (body: Uint8Array | string, change: (text: string) => string): Trouble => ({
  ...common,
  mounts: withBytesChanged((bytes) => Buffer.from(change(bytes.toString()))),
  send: sendBody(body),
});
const rewrite = (text: string): string => JSON.stringify(JSON.parse(text));

const tpstreamsBody = (body: string, type = 'application/json'): Trouble['send'] => {
  const delivery = deliver('tpstreams', 'video.completed', { token, body });
  const headerLines = delivery.headerLines.map(([name, value]): readonly [string, string] => [
    name,
    name === 'content-type' ? type : value,
  ]);
  return (url) => createTestDelivery({ ...delivery, headerLines }).sendTo(url);
};

export const bodyCases: readonly Misconfiguration[] = [
  {
    cause: 'body-compressed',
    code: 'unsupported-encoding',
    mistake: 'letting a gateway compress requests',
    setUp: () => ({
      ...common,
      send: (url) =>
        deliver('ignite', 'video.updated', { secret, headers: { 'Content-Encoding': 'gzip' } }).sendTo(url),
    }),
  },
  {
    cause: 'body-parsed',
    code: 'body-already-parsed',
    mistake: 'mounting the webhooks behind a JSON parser',
    setUp: () => ({ ...common, mounts: { Express: withExpress(express.json()) }, send: sendGenuine }),
  },
  {
    cause: 'body-as-text',
    code: 'body-already-parsed',
    mistake: 'mounting the webhooks behind a text parser, or one that keeps text',
    setUp: () => ({
      ...common,
      mounts: { Express: withExpress(express.text({ type: '*/*' })), Koa: withKoa(bodyParser()) },
      send: sendGenuine,
    }),
  },
  {
    cause: 'body-encoding-set',
    code: 'body-already-parsed',
    mistake: 'calling setEncoding on the request',
    setUp: () => ({
      ...common,
      mounts: {
        Express: withExpress((req, _res, next) => {
          req.setEncoding('utf8');
          next();
        }),
        'node:http': (webhooks) => {
          const handle = createNodeHandler(webhooks);
          return (req, res) => handle(req.setEncoding('utf8'), res);
        },
      },
      send: sendGenuine,
    }),
  },
  {
    cause: 'body-read-before',
    code: 'body-already-parsed',
    mistake: 'reading the body in a logger of requests',
    setUp: () => ({
      ...common,
      mounts: {
        Koa: withKoa(async (ctx, next) => {
          for await (const chunk of ctx.req) void chunk;
          await next();
        }),
      },
      send: sendGenuine,
    }),
  },
  ...(
    [
      ['spaces', JSON.stringify(video, undefined, 2)],
      ['unicode escapes', JSON.stringify(video).replace('Ü', '\\u00dc')],
      ['escaped slashes', JSON.stringify(video).replaceAll('/', '\\/').replace('Ü', '\\u00dc')],
      [
        'line break at its end',
        `${JSON.stringify({ ...video, title: 'one <b>' })
          .replace('<', '\\u003c')
          .replace('>', '\\u003e')}\n`,
      ],
    ] as const
  ).map(
    ([what, body]): Misconfiguration => ({
      cause: 'body-reserialised',
      code: 'credential-invalid',
      mistake: `making rawBody of the parsed body: ${what}`,
      setUp: () => changed(body, rewrite),
    }),
  ),
  {
    cause: 'body-reserialised',
    code: 'credential-invalid',
    mistake: 'letting a gateway write the JSON anew: key order',
    setUp: () =>
      changed(JSON.stringify(Object.fromEntries(Object.entries(video).sort())), (text) => {
        const { id, title, ...rest } = JSON.parse(text);
        return JSON.stringify({ title, id, ...rest });
      }),
  },
  {
    cause: 'body-reserialised',
    code: 'credential-invalid',
    mistake: 'letting a queue write the JSON into JSON as one text',
    setUp: () => changed(JSON.stringify(video), (text) => JSON.stringify(text)),
  },
  ...(
    [
      ['without the line break at its end', `${JSON.stringify(video)}\n`, (text: string) => text.trim()],
      ['with a line break at its end', JSON.stringify(video), (text: string) => `${text}\n`],
      ['with white space at its end', JSON.stringify(video), (text: string) => `${text}  `],
      [
        'with line breaks of Windows',
        JSON.stringify(video, undefined, 3),
        (text: string) => text.replaceAll('\n', '\r\n'),
      ],
      ['without its byte order mark', `\ufeff${JSON.stringify(video)}`, (text: string) => text.replace('\ufeff', '')],
      ['in UTF-8 twice over', JSON.stringify(video), (text: string) => Buffer.from(text).toString('latin1')],
      ['in base64', JSON.stringify(video), (text: string) => Buffer.from(text.padEnd(300)).toString('base64')],
    ] as const
  ).map(
    ([what, body, change]): Misconfiguration => ({
      cause: 'body-altered',
      code: 'credential-invalid',
      mistake: `passing the body on ${what}`,
      setUp: () => changed(what === 'in base64' ? body.padEnd(300) : body, change),
    }),
  ),
  {
    cause: 'body-length-differs',
    code: 'credential-invalid',
    mistake: 'adding a field to the body in a middleware',
    setUp: () => changed(JSON.stringify(video), (text) => JSON.stringify({ ...JSON.parse(text), tenant: 'a' })),
  },
  {
    cause: 'body-cut',
    code: 'credential-invalid',
    mistake: 'sending a Content-Length that counts characters',
    setUp: () => ({
      ...common,
      send(url) {
        const text = JSON.stringify(video);
        const delivery = deliver('ignite', 'video.updated', { secret, body: text });
        return createTestDelivery({ ...delivery, body: delivery.body.slice(0, text.length) }).sendTo(url);
      },
    }),
  },
  {
    cause: 'body-empty',
    code: 'credential-invalid',
    mistake: 'letting something on the way read a signed body and leave nothing',
    setUp: () => ({
      ...common,
      send: (url) =>
        createTestDelivery({ ...deliver('ignite', 'video.updated', { secret }), body: new Uint8Array() }).sendTo(url),
    }),
  },
  {
    cause: 'body-empty',
    code: 'malformed-body',
    mistake: 'pressing a test button that sends no body',
    setUp: () => ({ ...common, send: tpstreamsBody('') }),
  },
  {
    cause: 'body-form-encoded',
    code: 'malformed-body',
    mistake: 'choosing the content type of forms at the platform',
    setUp: () => ({ ...common, send: tpstreamsBody('type=video&id=1', 'application/x-www-form-urlencoded') }),
  },
  {
    cause: 'body-cut',
    code: 'malformed-body',
    mistake: 'letting a proxy cut long bodies',
    setUp: () => ({ ...common, send: tpstreamsBody('{"type":"video","id":"') }),
  },
  {
    cause: 'body-altered',
    code: 'malformed-body',
    mistake: 'sending UTF-16',
    setUp: () => ({ ...common, send: tpstreamsBody('\u0000{\u0000}') }),
  },
];
