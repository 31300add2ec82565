import { html } from './html/html.ts';
import { messagePage, notFoundPage } from './pages/message.ts';
import type { Page, Visit } from './pages/page.ts';

/** What came of an action: a page that says so, or the way to one. */
export type ActionResult = { readonly page: Page } | { readonly location: string };

/** Sends a delivery through the pipeline again, and leads back to it. */
export const replayAction = async ({ audit, root, viewer, webhooks }: Visit, id: string): Promise<ActionResult> => {
  const result = await webhooks.replay(id);
  if (result.kind === 'not-found') {
    return { page: notFoundPage('There is no such delivery', 'It was removed in the meantime.') };
  }
  if (result.kind === 'refused') {
    const { code, hint } = result.rejection;
    await audit.tell('replay', id, viewer, `refused: ${code}`);
    const text = html`Nothing has changed. It does not pass its source (any more): <b>${code}</b>.<br><bdi>${hint}</bdi><br><br><a class="button" href="${deliveryAt(root, id)}">Back to the delivery</a>`;
    return { page: messagePage('The replay was refused', text, 409) };
  }
  await audit.tell('replay', id, viewer, `${result.events} in line`);
  return { location: `${deliveryAt(root, id)}?done=replay&events=${result.events}` };
};

/** Gives up on what is not handled of a delivery, and leads back to it. */
export const discardAction = async ({ audit, inbox, root, viewer }: Visit, id: string): Promise<ActionResult> => {
  const events = await inbox.discard(id);
  await audit.tell('discard', id, viewer, `${events} discarded`);
  return { location: `${deliveryAt(root, id)}?done=discard&events=${events}` };
};

export const deliveryAt = (root: string, id: string): string => `${root}deliveries/${encodeURIComponent(id)}`;
