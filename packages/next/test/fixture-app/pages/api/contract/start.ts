import type { NextApiHandler } from 'next';
import { startContract } from '../../../lib/contract-pages.ts';

const handler: NextApiHandler = (req, res) => res.json(startContract(req.body));

export default handler;
