/**
 * What has run before the adapter. `none`; parsers that keep nothing but their result (`json-parser`, `text-parser`); ones that leave
 * bytes (`raw-parser` in `req.body`, `parser-keeping-bytes` in `req.rawBody`) or text (`parser-keeping-text` in `req.rawBody`);
 * middleware that read all (`drained`) or a part (`half-read`) and kept nothing, set an encoding (`encoding-set`), or paused the
 * request (`paused`).
 */
export type RanBefore =
  | 'drained'
  | 'encoding-set'
  | 'half-read'
  | 'json-parser'
  | 'none'
  | 'parser-keeping-bytes'
  | 'parser-keeping-text'
  | 'paused'
  | 'raw-parser'
  | 'text-parser';

/**
 * How the adapter is mounted: as its documentation recommends, with the sources right at `/`, below a prefix of several segments,
 * below the framework's own router, or as a route with the parameters `:source` and `:token`.
 */
export type Mount = 'default' | 'prefix' | 'root' | 'route' | 'router';

/** A server that a case asks for. Plain data, so that a server in another process can be told of it. */
export interface Scenario {
  readonly mount: Mount;
  readonly before: RanBefore;
  /** The receiver's option of that name; left out where absent. */
  readonly trustProxy?: 1 | 2;
  /** Whether the receiver has the sources `near` and `far`, which are proven by their sender's address. */
  readonly addresses: boolean;
  /** No handler is registered; verified deliveries go to a route behind the adapter. */
  readonly passOn: boolean;
  /** The app has a second receiver, mounted beside the first. */
  readonly second: boolean;
}

/** What a case asks for where it says nothing else. */
export const plainScenario: Scenario = {
  mount: 'default',
  before: 'none',
  addresses: false,
  passOn: false,
  second: false,
};
