import { NextResponse } from 'next/server.js';

/** Middleware on the way to a route: Next.js then hands the route a copy of the body. */
export const proxy = (): NextResponse => NextResponse.next();

export const config = { matcher: ['/behind-proxy/:path*', '/api/behind-proxy/:path*'] };
