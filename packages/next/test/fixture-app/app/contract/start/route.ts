import { startContract } from '../../../lib/contract-app.ts';

export const POST = async (request: Request): Promise<Response> => Response.json(startContract(await request.json()));
