import { download } from './answer.ts';
import { html } from './html/html.ts';
import { noSuchDelivery, revealedPage } from './pages/delivery.ts';
import { messagePage } from './pages/message.ts';
import type { Page, Visit } from './pages/page.ts';

/** What came of an action: a page that says so, the way to one, or an answer of its own kind. */
export type ActionResult = { readonly page: Page } | { readonly location: string } | { readonly response: Response };

/** Sends a delivery through the pipeline again, and leads back to it. */
export const replayAction = async ({ audit, root, viewer, webhooks }: Visit, id: string): Promise<ActionResult> => {
  const result = await webhooks.replay(id);
  if (result.kind === 'not-found') {
    return { page: noSuchDelivery };
  }
  if (result.kind === 'refused') {
    const { code, hint } = result.rejection;
    await audit.tell('replay', id, viewer, `refused: ${code}`);
    const text = html`Nothing has changed. It does not pass its source (any more): <b>${code}</b>.<br><bdi>${hint}</bdi><br><br><a class="button" href="${deliveryAt(root, id)}">Back to the delivery</a>`;
    return { page: messagePage('The replay was rejected', text, 409) };
  }
  if (result.kind === 'unreadable') {
    await audit.tell('replay', id, viewer, 'cannot be read');
    const text = html`Nothing has changed. <bdi>${result.why}</bdi><br><br><a class="button" href="${deliveryAt(root, id)}">Back to the delivery</a>`;
    return { page: messagePage('It cannot be replayed', text, 409) };
  }
  if (result.kind === 'duplicate') {
    await audit.tell('replay', id, viewer, `a duplicate of ${result.of}`);
    return { location: deliveryAt(root, id) };
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

/**
 * Shows a delivery with nothing redacted, or sends its bytes. Written down before anything is shown: where that fails, nothing is.
 */
export const revealAction = async (visit: Visit, id: string, form: URLSearchParams): Promise<ActionResult> => {
  const isDownload = form.get('as') === 'download';
  await visit.audit.tell('reveal', id, visit.viewer, isDownload ? 'downloaded' : 'shown');
  const delivery = await visit.webhooks.inspect(id, { ...visit.inspectOptions, reveal: true });
  if (delivery === undefined) return { page: noSuchDelivery };
  if (isDownload && delivery.body !== undefined) return { response: download(delivery.body, id) };
  return { page: revealedPage(delivery, visit) };
};

/** The bytes of a delivery, secrets masked. */
export const bodyDownload = async ({ inspectOptions, webhooks }: Visit, id: string): Promise<Page | Response> => {
  const delivery = await webhooks.inspect(id, inspectOptions);
  return delivery?.body === undefined ? noSuchDelivery : download(delivery.body, id);
};

export const deliveryAt = (root: string, id: string): string => `${root}deliveries/${encodeURIComponent(id)}`;
