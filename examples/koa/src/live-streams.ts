/** The streams that are live right now, in memory: after a restart the next webhooks fill it again. */
export interface LiveStreams {
  started(id: string, now: Date): void;
  stopped(id: string): void;
  list(): readonly { readonly id: string; readonly since: Date }[];
}

export const createLiveStreams = (): LiveStreams => {
  const since = new Map<string, Date>();
  return {
    started(id, now) {
      if (!since.has(id)) since.set(id, now);
    },
    stopped: (id) => void since.delete(id),
    list: () => [...since].map(([id, start]) => ({ id, since: start })),
  };
};
