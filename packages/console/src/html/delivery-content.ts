import { type InspectedDelivery, redacted } from '@mediahooks/core';
import type { Visit } from '../pages/page.ts';
import { bytesText, hexDump } from './bytes.ts';
import { failedFields } from './failed-fields.ts';
import { html, type Markup } from './html.ts';
import { size } from './time.ts';
import { jsonTree } from './tree.ts';

/** Shown of a header's value; a page is no place for more. */
const maxHeader = 2000;
const maxHeaders = 200;
/** A command longer than this is nothing to paste. */
const maxCurl = 20_000;

/** What was in a delivery: its payload, its headers, its bytes, and the request as a command. */
export const deliveryContent = (delivery: InspectedDelivery, visit: Visit): Markup =>
  delivery.bodyPart === 'unreadable'
    ? payload(delivery)
    : html`${payload(delivery)}${headers(delivery)}${bytes(delivery, visit)}${curl(delivery)}`;

const payload = (delivery: InspectedDelivery): Markup => {
  const failed = failedFields(delivery);
  const failing = new Set(failed.map(({ path }) => path));
  return html`<section aria-labelledby="payload-title"><div class="heading"><h2 id="payload-title">Payload</h2>${
    delivery.payload !== undefined &&
    html`<div class="actions needs-script"><button class="small" type="button" data-fold="open" aria-controls="payload">Unfold all</button><button class="small" type="button" data-fold="closed" aria-controls="payload">Fold all</button></div>`
  }</div>
<div id="payload">${delivery.payload === undefined ? html`<p class="calm">${whyNoPayload(delivery)}</p>` : jsonTree(delivery.payload, { failing })}</div></section>`;
};

const whyNoPayload = ({ body, bodyBytes, bodyPart, unreadable }: InspectedDelivery): string => {
  if (bodyPart === 'unreadable') return unreadable ?? 'It cannot be read.';
  if (bodyPart === 'unread') return 'It was rejected before its body was read.';
  if (bodyBytes === 0) return 'The body is empty.';
  if (body === undefined)
    return 'It is not JSON, or not in UTF-8. What is secret in it cannot be told, so nothing of it is shown unless it is revealed.';
  if (bodyPart === 'cut')
    return 'Only the beginning of the body is kept, so it is not JSON any more. The bytes are below.';
  return 'It is not JSON, or not in UTF-8. The bytes are below.';
};

const headers = ({
  headers: all,
  path,
  query,
}: InspectedDelivery): Markup => html`<section aria-labelledby="headers-title"><h2 id="headers-title">Request</h2>
<div class="scroll"><table class="headers"><tbody>
<tr><th scope="row">POST</th><td><bdi>${path}${query !== '' && `?${query.slice(0, maxHeader)}`}</bdi></td></tr>
${all.slice(0, maxHeaders).map(([name, value]) => html`<tr><th scope="row">${name.slice(0, 200)}</th><td>${value === redacted ? html`<span class="redacted">redacted</span>` : html`<bdi>${value.slice(0, maxHeader)}</bdi>${value.length > maxHeader && html` <span class="muted">… ${value.length - maxHeader} more characters</span>`}`}</td></tr>`)}
</tbody></table></div></section>`;

const bytes = (delivery: InspectedDelivery, { root, token, viewer }: Visit): Markup => {
  const { body, bodyBytes, bodyPart, id, isRevealed } = delivery;
  const at = `${root}deliveries/${encodeURIComponent(id)}`;
  const kept = bodyPart === 'cut' ? `the first ${size(bodyBytes)} are kept` : size(bodyBytes);
  const download =
    bodyBytes > 0 &&
    (isRevealed
      ? viewer.reveal &&
        html`<form method="post" action="${at}/reveal"><input type="hidden" name="token" value="${token}"><input type="hidden" name="as" value="download"><button class="small">Download, unredacted</button></form>`
      : body !== undefined && html`<a class="button small" href="${at}/body">Download</a>`);
  return html`<section aria-labelledby="body-title"><div class="heading"><h2 id="body-title">Body <span class="muted">${bodyPart === 'unread' ? 'not read' : kept}${!isRevealed && body !== undefined && bodyBytes > 0 && ', secrets masked'}</span></h2><div class="actions">${download}</div></div>
${
  body === undefined || body.length === 0
    ? html`<p class="calm">${bodyBytes === 0 ? 'There are no bytes.' : 'Hidden unless it is revealed.'}</p>`
    : html`<details class="panel"><summary>As text</summary>${bytesText(body)}</details><details class="panel"><summary>As hex</summary>${hexDump(body)}</details>`
}</section>`;
};

const curl = ({ curl: text }: InspectedDelivery): Markup =>
  text.length > maxCurl
    ? html`<section aria-labelledby="curl-title"><h2 id="curl-title">As <code>curl</code></h2><p class="calm">Too long to paste: download the body instead.</p></section>`
    : html`<section aria-labelledby="curl-title"><div class="heading"><h2 id="curl-title">As <code>curl</code> <span class="muted">without credentials</span></h2><button class="small" type="button" data-copy="curl" hidden>Copy</button></div><pre id="curl" class="wrap" tabindex="0" aria-label="curl command">${text}</pre></section>`;
