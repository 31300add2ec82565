/** What the command ends with. Public and stable: `docs/cli.md` lists them. */
export const exitCodes = {
  /** Done, and the answer is yes: accepted, found, changed. */
  done: 0,
  /** Done, and the answer is no: a delivery was rejected, nothing was found. */
  refused: 1,
  /** The command line or the configuration is wrong. Nothing was done. */
  misused: 2,
  /** Something it needs is not there: the receiver, the inbox, a package. */
  unavailable: 3,
  /** A mistake in mediahooks itself. */
  failed: 70,
  /** Ended by Ctrl-C before it was done. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
