import type { Finding } from '../finding.ts';

/** The place of the credential is there, and holds nothing. */
export const emptyCredential = (where: string): Finding => ({
  cause: 'credential-empty',
  hint: `${where} came and is empty: at the platform the secret is not set, or a variable that it was to be taken from is empty.`,
});
