/** What is imported in a fresh process, and built into a bundle. */
export interface ColdContestant {
  readonly name: string;
  /** Imported first, and not counted: what is there anyway. */
  readonly beside: readonly string[];
  readonly modules: readonly string[];
}

export const importContestants: readonly ColdContestant[] = [
  { name: 'nothing', beside: [], modules: [] },
  { name: 'Express itself', beside: [], modules: ['express'] },
  {
    name: 'mediahooks, beyond Express',
    beside: ['express'],
    modules: ['@mediahooks/core', '@mediahooks/providers/ignite', '@mediahooks/express'],
  },
  { name: 'of which zod', beside: ['express'], modules: ['zod'] },
  {
    name: 'mediahooks, fetch',
    beside: [],
    modules: ['@mediahooks/core', '@mediahooks/providers/ignite'],
  },
  { name: '@octokit/webhooks', beside: [], modules: ['@octokit/webhooks'] },
  { name: 'stripe', beside: [], modules: ['stripe'] },
  { name: 'standardwebhooks', beside: [], modules: ['standardwebhooks'] },
  { name: 'svix', beside: [], modules: ['svix'] },
  { name: '@hookflo/tern', beside: [], modules: ['@hookflo/tern'] },
];

/** A module for an edge function, and what of it is left out of the bundle. */
export interface BundleContestant {
  readonly name: string;
  readonly code: string;
  readonly external: readonly string[];
}

const ours = `
import { createFetchHandler, createWebhooks } from '@mediahooks/core';
import { ignite } from '@mediahooks/providers/ignite';
const webhooks = createWebhooks({ sources: { ignite: ignite({ secret: 'secret' }) } });
webhooks.on('ignite.video.updated', () => undefined);
export const handle = createFetchHandler(webhooks);
`;

export const bundleContestants: readonly BundleContestant[] = [
  { name: 'mediahooks, without zod', code: ours, external: ['zod'] },
  { name: 'mediahooks, with zod', code: ours, external: [] },
  {
    name: '@octokit/webhooks',
    code: `
      import { createWebMiddleware, Webhooks } from '@octokit/webhooks';
      const webhooks = new Webhooks({ secret: 'secret' });
      webhooks.on('push', () => undefined);
      export const handle = createWebMiddleware(webhooks);
    `,
    external: [],
  },
  {
    name: 'stripe',
    code: `
      import Stripe from 'stripe';
      const client = new Stripe('key');
      export const handle = async (request) =>
        client.webhooks.constructEventAsync(await request.text(), request.headers.get('stripe-signature'), 'secret');
    `,
    external: [],
  },
  {
    name: 'standardwebhooks',
    code: `
      import { Webhook } from 'standardwebhooks';
      const webhook = new Webhook('c2VjcmV0');
      export const handle = async (request) => webhook.verify(await request.text(), Object.fromEntries(request.headers));
    `,
    external: [],
  },
  {
    name: 'svix',
    code: `
      import { Webhook } from 'svix';
      const webhook = new Webhook('c2VjcmV0');
      export const handle = async (request) => webhook.verify(await request.text(), Object.fromEntries(request.headers));
    `,
    external: [],
  },
  {
    name: '@hookflo/tern',
    code: `
      import { WebhookVerificationService } from '@hookflo/tern';
      export const handle = (request) => WebhookVerificationService.verifyWithPlatformConfig(request, 'stripe', 'secret');
    `,
    external: ['node:*', 'crypto'],
  },
];
