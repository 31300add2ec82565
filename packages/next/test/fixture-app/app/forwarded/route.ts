/** What Next.js itself shows a route of the sender's address. */
export const POST = (request: Request): Response => Response.json(request.headers.get('x-forwarded-for'));
