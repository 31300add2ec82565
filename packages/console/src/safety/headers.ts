/** Nothing but what comes from the mount itself; no inline script, no inline style, no framing. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Goes with every answer. */
export const safetyHeaders: Readonly<Record<string, string>> = {
  // why: `no-transform` keeps compressing middleware from holding back what is streamed.
  'cache-control': 'no-store, no-transform',
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  // why: not `no-referrer`: with that, browsers send `Origin: null` with our own forms (Fetch Standard, section 3.2).
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

export const htmlType = 'text/html; charset=utf-8';
