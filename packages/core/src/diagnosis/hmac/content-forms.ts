import type { Delivery } from '../../delivery.ts';

/** What may be signed in place of what is configured. */
export interface ContentForm {
  /** As the option `signed` is written. */
  readonly template: string;
  readonly prefix: string;
}

/** The usual ways to put together what is signed; those only that differ from the configured one. */
export const contentForms = (
  { headers }: Delivery,
  timestamp: string | undefined,
  configured: string,
): readonly ContentForm[] => {
  const forms: ContentForm[] = [{ template: '{body}', prefix: '' }];
  if (timestamp !== undefined) {
    forms.push(
      { template: '{timestamp}.{body}', prefix: `${timestamp}.` },
      { template: '{timestamp}{body}', prefix: timestamp },
      { template: '{timestamp}:{body}', prefix: `${timestamp}:` },
      { template: 'v0:{timestamp}:{body}', prefix: `v0:${timestamp}:` },
    );
  }
  for (const brand of ['webhook', 'svix']) {
    const id = headers.get(`${brand}-id`);
    const sentAt = headers.get(`${brand}-timestamp`);
    if (id === undefined || sentAt === undefined) continue;
    forms.push({
      template: `{header:${brand}-id}.{header:${brand}-timestamp}.{body}`,
      prefix: `${id}.${sentAt}.`,
    });
  }
  return forms.filter(({ prefix }) => prefix !== configured);
};
