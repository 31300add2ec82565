import { connection } from 'next/server.js';
import { seen } from '../../lib/seen.ts';

export const GET = async (): Promise<Response> => {
  await connection();
  return Response.json(seen);
};
