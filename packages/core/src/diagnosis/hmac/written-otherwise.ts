import type { Finding } from '../finding.ts';
import { type Attempt, foundIf } from '../first-found.ts';
import { unquoted } from '../secret-forms.ts';
import type { HmacTrial } from './diagnose-hmac.ts';
import { type FoundSignature, readLoosely, readStrictly } from './read-signature.ts';

/** For a header that is not of the configured form: reads whatever could be a signature in it, and tries that. */
export function* writtenOtherwise(trial: HmacTrial, value: string): Iterable<Attempt> {
  const { scheme, delivery, verify } = trial;
  const { header } = scheme;
  if (isDoubled(value)) {
    yield () => doubledHeader(header);
    return;
  }
  const found = readLoosely(scheme, value, delivery);
  for (const { signature, timestamp } of found) {
    const prefix = scheme.signedPrefix(timestamp ?? '', delivery);
    yield () => foundIf(verify({ signature, prefix }), () => wayOfWriting(trial, value, signature));
  }
  // why: what is behind another prefix is of another version, and as long as it pleases.
  if (scheme.form.separator !== undefined && !value.includes(scheme.form.prefix)) return;
  const foreign = found.find(({ signature }) => signature.algorithm !== scheme.algorithm);
  if (foreign === undefined || found.some(({ signature }) => signature.algorithm === scheme.algorithm)) return;
  yield () => ({
    cause: 'signature-algorithm',
    hint:
      `The signature in ${header} is as long as one by ${foreign.signature.algorithm}, and ${scheme.algorithm} is configured. ` +
      'Let the platform sign with that, or set the option "algorithm" (SHA-1 is not taken).',
  });
}

const wayOfWriting = ({ scheme, delivery }: HmacTrial, value: string, signature: FoundSignature): Finding => {
  const what = `The signature in ${scheme.header} matches, but`;
  if (signature.algorithm !== scheme.algorithm) {
    return {
      cause: 'signature-algorithm',
      hint: `${what} is one by ${signature.algorithm}, and ${scheme.algorithm} is configured. Set the option "algorithm".`,
    };
  }
  if (signature.encoding !== scheme.encoding) {
    return {
      cause: 'signature-encoding',
      hint: `${what} is written in ${signature.encoding}, and ${scheme.encoding} is configured. Set the option "encoding".`,
    };
  }
  if (readStrictly(scheme, value.trim(), delivery) !== undefined) {
    return { cause: 'token-whitespace', hint: `${what} has white space around it. Something on the way has added it.` };
  }
  if (readStrictly(scheme, unquoted(value.trim()), delivery) !== undefined) {
    return {
      cause: 'token-quoted',
      hint: `${what} has quotation marks around it. Something on the way has added them.`,
    };
  }
  return {
    cause: 'signature-prefix',
    hint:
      `${what} what stands around it is not as configured, like sha256= before it, something else beside it, or other names of fields. ` +
      'Compare the options "prefix", "separator" and "fields" with what the platform writes.',
  };
};

/** Fetch and proxies join two arrivals of a header by a comma. */
const isDoubled = (value: string): boolean => {
  const half = (value.length - 2) / 2;
  return half > 0 && value.slice(half, half + 2) === ', ' && value.slice(0, half) === value.slice(half + 2);
};

export const doubledHeader = (header: string): Finding => ({
  cause: 'header-doubled',
  hint:
    `The header ${header} arrived more than once. A proxy that sets it and passes on the one that came does that: have it do one of the two. ` +
    'Which of them is right cannot be told, so neither is taken.',
});
