import { contractApiRoute } from '../../../../../lib/contract-pages.ts';

export const config = { api: { bodyParser: false } };

export default contractApiRoute;
