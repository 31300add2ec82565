/** What 3Q repeats in the query of its requests. */
export interface ThreeqQuery {
  readonly projectId?: number;
  readonly fileId?: number;
  readonly event?: string;
}

/**
 * Reads `ProjectId`, `FileId` and `event` from a delivery's query: `threeqQuery(event.delivery.query)`. What is missing, or no whole
 * number, is left out. 3Q's own example has another file id in the query than in the body, so do not expect them to agree.
 */
export const threeqQuery = (query: URLSearchParams): ThreeqQuery => {
  const projectId = wholeNumber(query.get('ProjectId'));
  const fileId = wholeNumber(query.get('FileId'));
  const event = query.get('event');
  return {
    ...(projectId !== undefined && { projectId }),
    ...(fileId !== undefined && { fileId }),
    ...(event !== null && event !== '' && { event }),
  };
};

const wholeNumber = (text: string | null): number | undefined => {
  const number = text !== null && /^[0-9]+$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
};
