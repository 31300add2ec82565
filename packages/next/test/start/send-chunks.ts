import { request } from 'node:http';
import type { TestDelivery } from '@mediahooks/testing';

/** Sends a delivery's path and headers with a body in chunks, so without announcing its length. */
export const sendChunks = (receiver: string, { headers, path }: TestDelivery, chunks: readonly Uint8Array[]) =>
  new Promise<{ status: number | undefined; code: unknown }>((resolve, reject) => {
    const sent = request(`${receiver}${path}`, { method: 'POST', headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => {
        const body: { code?: unknown; outcome?: unknown } = JSON.parse(text);
        resolve({ status: answer.statusCode, code: body.code ?? body.outcome });
      });
    });
    sent.on('error', reject);
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });
