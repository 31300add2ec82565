import { type Inbox, UnreadableDeliveryError } from '@mediahooks/core';

/**
 * An inbox that was named by where it is has no key: of what is encrypted in it, this says how the command gets one. A replay, `show`,
 * `explain` and the console all say what `load` has said.
 */
export const withKeyHint = (inbox: Inbox): Inbox => ({
  ...inbox,
  async load(deliveryId) {
    try {
      return await inbox.load(deliveryId);
    } catch (error) {
      if (!(error instanceof UnreadableDeliveryError && error.code === 'decryption-failed')) throw error;
      throw new KeyNotGivenError(error.message, { cause: error });
    }
  },
});

class KeyNotGivenError extends UnreadableDeliveryError {
  override readonly code = 'decryption-failed';

  constructor(message: string, options: ErrorOptions) {
    super(`${message} Name your own receiver, whose inbox has the key: --config <module>, without --inbox.`, options);
  }
}
