export const GET = (): Response => new Response('other');
