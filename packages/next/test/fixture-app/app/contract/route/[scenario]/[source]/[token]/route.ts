import { contractRoute } from '../../../../../../lib/contract-app.ts';

export const { POST, GET, PUT, PATCH, DELETE } = contractRoute;
