import { createServer } from 'node:http';
import { createFetchHandler, createWebhooks, type Receiver } from '@mediahooks/core';
import { webhookMiddleware as expressMiddleware } from '@mediahooks/express';
import { webhookMiddleware as koaMiddleware } from '@mediahooks/koa';
import { createNodeHandler } from '@mediahooks/node';
import { ignite } from '@mediahooks/providers/ignite';
import express from 'express';
import Koa from 'koa';
import { mediahooks, secret } from '../../core/contestants/mediahooks.ts';
import { createFetchServer } from '../fetch-server.ts';
import { createNextServer } from '../next-app.ts';
import type { HttpReceiver } from '../receiver.ts';

const common = { contestant: 'mediahooks', signer: mediahooks(), path: '/webhooks/ignite' } as const;

const receiver = (handled: () => void): Receiver => {
  const webhooks = createWebhooks({ sources: { ignite: ignite({ secret }) }, logger: false });
  webhooks.on('ignite.video.updated', handled);
  return webhooks;
};

export const ours: readonly HttpReceiver[] = [
  {
    ...common,
    framework: 'Node',
    createServer: (handled) => createServer(createNodeHandler(receiver(handled))),
  },
  {
    ...common,
    framework: 'Express',
    createServer: (handled) => createServer(express().use('/webhooks', expressMiddleware(receiver(handled)))),
  },
  {
    ...common,
    framework: 'Koa',
    createServer: (handled) => createServer(new Koa().use(koaMiddleware(receiver(handled))).callback()),
  },
  {
    ...common,
    framework: 'fetch on Node',
    createServer: (handled) => createFetchServer(createFetchHandler(receiver(handled))),
  },
  { ...common, framework: 'Next.js', createServer: createNextServer },
];
