// Plays Ignite: sends one signed delivery after another, each again until it is answered 2xx, and writes down which were.
import { createHmac, randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { settings } from './settings.ts';

const count = Number(process.argv[2] ?? 100);
const url = `${process.argv[3] ?? `http://${settings.host}:${settings.port}`}/webhooks/ignite`;

const send = async (body: string, deliveryId: string): Promise<boolean> => {
  const timestamp = Date.now();
  const signature = createHmac('sha256', settings.secret).update(`${timestamp}.${body}`).digest('hex');
  try {
    const { ok } = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-webhook-signature': `t=${timestamp},v1=${signature}`,
        'x-webhook-event': 'video.updated',
        'x-webhook-delivery-id': deliveryId,
      },
    });
    return ok;
  } catch {
    return false; // nobody listens
  }
};

const run = randomUUID().slice(0, 4);
for (let index = 1; index <= count; index += 1) {
  const id = `video-${run}-${index}`;
  const now = new Date().toISOString();
  const body = JSON.stringify({ id, createdAt: now, updatedAt: now });
  while (!(await send(body, `del_${id}`))) await wait(200);
  appendFileSync(settings.acknowledged, `${id}\n`);
  console.log(`${id}: acknowledged, ${index} of ${count}`);
  await wait(20);
}
