import { isOwnName } from './local.ts';

/**
 * Where a receiver beside the console is that nobody has named: at the usual path of the address this page is open under. `undefined`
 * where `Host` says anything but this machine's own name: what is shown is pasted into a terminal, and must not lead to where a forger,
 * or another site that has itself resolved to this machine, wants it.
 */
export const receiverBeside = ({ headers, url }: Request): string | undefined => {
  const host = headers.get('host') ?? '';
  const address = `${new URL(url).protocol}//${host.toLowerCase()}/webhooks`;
  return isOwnName(host) && URL.canParse(address) ? address : undefined;
};
