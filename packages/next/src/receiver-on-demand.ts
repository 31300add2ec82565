import type { Receiver } from '@mediahooks/core';

/**
 * A receiver that is there already is checked at once; one that a function makes is made and checked when first asked for, once. A
 * function that throws is called again next time: the reason may be gone.
 */
export const receiverOnDemand = (
  webhooks: Receiver | (() => Promise<Receiver> | Receiver),
  check: (receiver: Receiver) => void,
): (() => Promise<Receiver> | Receiver) => {
  if (typeof webhooks !== 'function') {
    check(webhooks);
    return () => webhooks;
  }
  let made: Promise<Receiver> | undefined;
  const make = async (): Promise<Receiver> => {
    const receiver = await webhooks();
    check(receiver);
    return receiver;
  };
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
};
