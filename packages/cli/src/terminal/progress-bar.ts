import type { Channel } from './terminal.ts';

export interface ProgressBar {
  /** So many are done. */
  at(done: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** A line that is written over, at most ten times a second; on a terminal only. */
export const createProgressBar = (channel: Channel, total: number, now: () => number): ProgressBar => {
  if (!channel.isTerminal) return { at: () => undefined, end: () => undefined };
  const startedAt = now();
  let shownAt = startedAt;
  let isShown = false;
  const draw = (done: number): void => {
    const share = done / total;
    const perSecond = (done * 1000) / Math.max(now() - startedAt, 1);
    const left = done === 0 ? '' : `, ${Math.ceil((total - done) / perSecond)} s left`;
    const text = ` ${done}/${total}, ${Math.round(perSecond)}/s${left}`;
    const width = Math.max(Math.min(channel.columns - text.length - 3, 40), 5);
    const full = Math.round(width * share);
    const bar = `[${channel.paint.cyan('#'.repeat(full))}${'.'.repeat(width - full)}]`;
    channel.write(`\r${bar}${text}\u001b[K`);
    isShown = true;
  };
  return {
    at(done) {
      // why: a run that is over in a moment needs no bar.
      if (now() - shownAt < (isShown ? 100 : 500)) return;
      shownAt = now();
      draw(done);
    },
    end() {
      if (isShown) channel.write('\r\u001b[K');
      isShown = false;
    },
  };
};
