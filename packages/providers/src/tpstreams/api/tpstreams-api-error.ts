import { WebhookError } from '@mediahooks/core';

export type TpstreamsApiErrorCode =
  | 'tpstreams-not-found'
  | 'tpstreams-rate-limited'
  | 'tpstreams-refused'
  | 'tpstreams-unauthorized'
  | 'tpstreams-unavailable'
  | 'tpstreams-unexpected';

/** What TPStreams' management API answered instead of what was asked of it. The message holds the server's own words. */
export class TpstreamsApiError extends WebhookError {
  override readonly name = 'TpstreamsApiError';
  declare readonly code: TpstreamsApiErrorCode;
  /** HTTP status; `undefined` where there was no answer. */
  readonly status: number | undefined;
  /** What the server said, shortened, without the token; empty where it said nothing. */
  readonly detail: string;

  constructor(
    code: TpstreamsApiErrorCode,
    message: string,
    answer: { readonly status?: number | undefined; readonly detail?: string } = {},
    options?: ErrorOptions,
  ) {
    super(code, message, options);
    this.status = answer.status;
    this.detail = answer.detail ?? '';
  }
}

/** Which kind of error an HTTP status is. */
export const codeOfStatus = (status: number): TpstreamsApiErrorCode => {
  if (status === 401 || status === 403) return 'tpstreams-unauthorized';
  if (status === 404) return 'tpstreams-not-found';
  if (status === 429) return 'tpstreams-rate-limited';
  if (status >= 500) return 'tpstreams-unavailable';
  return status >= 400 ? 'tpstreams-refused' : 'tpstreams-unexpected';
};
