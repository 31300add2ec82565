export { igniteSignature } from './ignite-signature.ts';
