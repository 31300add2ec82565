import { html, type Part } from '../html/html.ts';
import type { Page } from './page.ts';

/** A page that only says something. */
export const messagePage = (title: string, text: Part, status: number): Page => ({
  title,
  status,
  body: html`<div class="empty"><h1>${title}</h1><p>${text}</p></div>`,
});

export const notFoundPage = (title: string, text: string): Page => messagePage(title, text, 404);
