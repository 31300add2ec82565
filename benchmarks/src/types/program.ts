const factories = [
  { call: 'gcore()', type: 'video.ready' },
  { call: "ignite({ secret: 'whsec_1' })", type: 'video.updated' },
  { call: "tpstreams({ token: 'token' })", type: 'video.completed' },
  { call: "echo3d({ urlToken: 'token', apiKey: 'key' })", type: 'Upload' },
  { call: "threeq({ secret: { in: 'header', name: 'x-secret', value: 'secret' } })", type: 'file.new' },
] as const;

/** One file with so many sources, a handler for an event of each, one for all of each, and one for all. */
export const programWith = (sourceCount: number): string => {
  const sources = Array.from({ length: sourceCount }, (_, index) => ({
    name: `source${index}`,
    ...(factories[index % factories.length] ?? factories[0]),
  }));
  return [
    "import { createWebhooks, type EventOf } from '@mediahooks/core';",
    "import { echo3d, gcore, ignite, threeq, tpstreams } from '@mediahooks/providers';",
    'export const factories = { echo3d, gcore, ignite, threeq, tpstreams };',
    'export const webhooks = createWebhooks({',
    '  sources: {',
    ...sources.map(({ name, call }) => `    ${name}: ${call},`),
    '  },',
    '});',
    ...sources.flatMap(({ name, type }) => [
      `webhooks.on('${name}.${type}', (event) => { const payload: object = event.payload; return payload; });`,
      `webhooks.on('${name}.*', (event) => event.source satisfies '${name}');`,
    ]),
    "webhooks.on('*', (event) => event.id);",
    'export type Any = EventOf<typeof webhooks>;',
    '',
  ].join('\n');
};
