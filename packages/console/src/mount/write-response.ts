import type { ServerResponse } from 'node:http';

/** Writes a fetch response, as fast as the other end reads it. Never throws; ends the response's stream where the connection goes. */
export const writeResponse = async (res: ServerResponse, response: Response): Promise<void> => {
  const reader = response.body?.getReader();
  if (res.headersSent || res.writableEnded || res.destroyed) {
    await reader?.cancel().catch(() => undefined);
    return;
  }
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  res.on('error', () => undefined);
  gone.signal.addEventListener('abort', () => void reader?.cancel().catch(() => undefined));
  try {
    res.statusCode = response.status;
    for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value);
    // why: added, because sessions have cookies of their own.
    for (const cookie of response.headers.getSetCookie()) res.appendHeader('set-cookie', cookie);
    // why: a server that is closed while a stream is open would wait for its connection to time out once the stream has ended.
    if (response.headers.get('content-type') === 'text/event-stream') res.shouldKeepAlive = false;
    res.flushHeaders();
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      if (!res.write(read.value)) await drainOrEnd(res);
      if (gone.signal.aborted) return;
    }
    res.end();
  } catch {
    // why: the stream failed, or its reader is gone; an answer that is cut short must not look whole.
    res.destroy();
  }
};

const drainOrEnd = (res: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      res.off('drain', settle).off('close', settle);
      resolve();
    };
    res.on('drain', settle).on('close', settle);
    // why: it may have closed before anybody listened.
    if (res.closed || res.destroyed) settle();
  });
