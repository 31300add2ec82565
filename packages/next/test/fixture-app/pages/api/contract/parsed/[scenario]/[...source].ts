import { contractApiRoute } from '../../../../../lib/contract-pages.ts';

// why: no config, so that Next.js's own parser runs first.
export default contractApiRoute;
