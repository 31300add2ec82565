/** Whether two addresses are the same, however they are written: `https://Example.com` is `https://example.com/`. */
export const sameUrl = (one: string, other: string): boolean => normalised(one) === normalised(other);

const normalised = (url: string): string => (URL.canParse(url) ? new URL(url).href : url);
