import { equalBytes, hmacKey, sha256 } from '../../dist/crypto/web.js';

// why: a script has no exports; the test takes it from the runtime's global object.
Object.assign(globalThis, { webCrypto: { equalBytes, hmacKey, sha256 } });
