import { createWebhooks } from '@mediahooks/core';
import { gcore, tpstreams } from '@mediahooks/providers';
import { createLiveStreams } from './live-streams.ts';

const { env } = process;

export const liveStreams = createLiveStreams();

export const webhooks = createWebhooks({
  sources: {
    gcore: gcore(),
    tpstreams: tpstreams({ token: env.MEDIAHOOKS_TPSTREAMS_TOKEN ?? '' }), // empty: stops at start, naming the variable
  },
  trustProxy: Number(env.PROXIES ?? 0), // how many proxies are in front; Gcore is proven by its address
});

webhooks.on('gcore.*', (event) => {
  switch (event.type) {
    case 'stream.started':
    case 'recording.started':
      return liveStreams.started(`gcore:${event.payload.id}`, event.delivery.receivedAt);
    case 'stream.paused':
      return liveStreams.stopped(`gcore:${event.payload.id}`);
  }
});

webhooks.on('tpstreams.*', (event) => {
  switch (event.type) {
    case 'livestream.streaming':
    case 'livestream.recording':
      return liveStreams.started(`tpstreams:${event.payload.id}`, event.delivery.receivedAt);
    case 'livestream.disconnected':
    case 'livestream.stopped':
    case 'livestream.completed':
    case 'livestream.error':
      return liveStreams.stopped(`tpstreams:${event.payload.id}`);
  }
});
