/**
 * Every cause that a diagnosis can name, and what it means in a few words. Stable and public: `docs/troubleshooting.md` explains each,
 * with its mend. The sender of a delivery sees none of them.
 */
export const rejectionCauses = {
  // The request
  'opened-in-browser': 'a browser asked, no platform',
  'cors-preflight': 'a script in a browser asked first whether it may send',
  'redirected-to-get': 'a redirect turned the POST into a GET',
  'source-missing': 'the URL ends before the name of a source',
  'source-misspelt': 'the URL names nearly a source',
  'path-mounted-twice': 'the path the receiver is mounted at is taken for a source',
  'path-too-long': 'there is more behind the name of the source than it takes',
  // The address
  'address-behind-proxies': 'proxies in front hide the address, and trustProxy does not believe them all',
  'trust-proxy-too-high': 'trustProxy believes more proxies than there are',
  'forwarded-for-missing': 'a proxy is in front and does not write X-Forwarded-For',
  'forwarded-for-unreadable': 'X-Forwarded-For has an entry that is no address',
  'connection-without-address': 'the connection has no address',
  // The body
  'body-compressed': 'something compressed the body',
  'body-parsed': 'a parser has eaten the bytes and left an object',
  'body-as-text': 'a parser has eaten the bytes and left a text',
  'body-encoding-set': 'setEncoding turned the bytes into text',
  'body-read-before': 'something has read the body and left nothing',
  'body-reserialised': 'the bytes are not those that were signed: something has written the JSON anew',
  'body-altered': 'the bytes are not those that were signed: an encoding, a byte order mark or line ends were changed',
  'body-length-differs': 'the bytes are not as many as the sender announced',
  'body-cut': 'the body ends in the middle of its JSON',
  'body-empty': 'the body is empty',
  'body-form-encoded': 'the body is a form, not JSON',
  // The secret
  'secret-prefix': 'the platform signs with the secret without its prefix, or with it',
  'secret-base64': 'the secret is the key in base64',
  'secret-hex': 'the secret is the key in hex',
  'secret-as-text': 'the secret is decoded although the platform uses it as it is written',
  'secret-whitespace': 'the configured secret has white space around it',
  'secret-quoted': 'the configured secret has quotation marks around it',
  'secret-percent-encoded': 'the configured secret is percent-encoded',
  'secret-list-as-text': 'several secrets are configured as one text',
  'secret-previous': 'it was made with a secret that was retired',
  'secret-of-other-source': 'it was made with the secret of another source',
  'secret-of-other-option': 'it is the secret of another option of the same source',
  'sent-to-other-source': 'it is a genuine delivery of another source',
  // The signature
  'secret-sent': 'the secret itself was sent where a signature belongs',
  'signature-prefix': 'the signature has another prefix than expected',
  'signature-encoding': 'the signature is written in another encoding than expected',
  'signature-algorithm': 'the signature is one of another algorithm',
  'signed-content': 'what is signed is put together otherwise',
  'timestamp-in-seconds': 'the timestamp is in seconds, and milliseconds are expected',
  'timestamp-in-milliseconds': 'the timestamp is in milliseconds, and seconds are expected',
  'timestamp-as-date': 'the timestamp is a date, and a number is expected',
  'clock-off': 'a clock is wrong, or the delivery was long under way',
  // The token, and the header that carries a credential
  'header-renamed': 'the credential is in a header of another name',
  'header-doubled': 'the header came twice',
  'credential-empty': 'the place of the credential is there, and empty',
  'credential-not-sent': 'other headers of the platform are there, and the credential is not',
  'token-elsewhere': 'the token is in another place of the request',
  'token-quoted': 'the token has quotation marks around it',
  'token-whitespace': 'the token has white space in or around it',
  'token-scheme': 'there is a word like Bearer before the token, or it is missing',
  'token-case': 'the token differs in upper and lower case',
  'token-encoded': 'the token is percent-encoded once too often, or once too little',
  'token-field-renamed': 'the token is in another field of the payload',
  // The JSON Web Token
  'jwt-malformed': 'it is no JSON Web Token',
  'jwt-algorithm': 'it is signed with an algorithm that is not taken',
  'jwt-other-pool': 'it is of another user pool',
  'jwt-other-use': 'it is an id token where an access token is taken, or the other way round',
  'jwt-other-client': 'it was issued for another client',
  'jwt-other-key': 'the key it is signed with is not in the key set',
  'jwt-signature': 'its signature is wrong',
  'jwt-expired': 'it has expired',
  'jwt-too-early': 'it is not valid yet',
  // A guard of yours
  'found-by-guard': 'a guard of yours has found it',
} as const satisfies Record<string, string>;

/** Why a delivery was refused, more exactly than its code says: a key of {@link rejectionCauses}. */
export type RejectionCause = keyof typeof rejectionCauses;

export const isCause = (cause: unknown): cause is RejectionCause =>
  typeof cause === 'string' && Object.hasOwn(rejectionCauses, cause);
