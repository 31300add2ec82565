import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A disk of this run's own whose power can be cut: a file system in a file, which has no more than what reached the disk. */
export interface Disk {
  readonly folder: string;
  /**
   * Notes what is on the disk now. What was only written, and not flushed, is not: the system keeps it in memory for minutes. Nobody may
   * be answered meanwhile.
   */
  remember(): Promise<void>;
  /** Makes it the disk that was remembered. Nobody may have a file of it open. */
  goBack(): Promise<void>;
  remove(): Promise<void>;
}

const sizeMb = 192;
/** So long a flush has to end that is under way. */
const settleMs = 30;
// why: as late as the system lets us choose, so that it brings nothing to the disk by itself.
const mountOptions = 'loop,commit=3600';

const run = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: 'pipe' });
};

/** @throws {Error} where this machine or this user cannot mount one: that takes Linux and root. */
export const createDisk = (): Disk => {
  // why in memory: what the file system has flushed is in the file as soon as it has said so.
  const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mediahooks-disk-'));
  const image = join(base, 'image');
  const next = join(base, 'next');
  const folder = join(base, 'mounted');
  const mount = (): void => run('mount', '-o', mountOptions, image, folder);
  const unmount = async (): Promise<void> => {
    for (let left = 50; ; left -= 1) {
      try {
        return run('umount', folder);
      } catch (error) {
        // why: of a process that was killed it may still be in use for a moment.
        if (left === 0) throw error;
        await wait(20);
      }
    }
  };
  try {
    mkdirSync(folder);
    run('truncate', '-s', `${sizeMb}M`, image);
    run('mkfs.ext4', '-q', '-F', image);
    mount();
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    throw new Error('This machine has no disk whose power could be cut: that takes Linux, root and mkfs.ext4.', {
      cause: error,
    });
  }
  return {
    folder,
    async remember() {
      await wait(settleMs);
      copyFileSync(image, next);
    },
    async goBack() {
      await unmount();
      renameSync(next, image);
      mount();
    },
    async remove() {
      await unmount();
      rmSync(base, { recursive: true, force: true });
    },
  };
};

/** Whether this machine and this user can have one. */
export const canCutPower = async (): Promise<boolean> => {
  try {
    await createDisk().remove();
    return true;
  } catch {
    return false;
  }
};
