export { createNodeHandler, type NodeHandler, type NodeHandlerOptions } from './create-node-handler.ts';
export { incomingFromNode, type NodeRequestPlace, splitTarget } from './incoming-from-node.ts';
export type { LeftBody, NodeRequest } from './node-request.ts';
export { passToNext } from './pass-to-next.ts';
export { pathFromParams } from './path-from-params.ts';
export { type ReadBodyOptions, readNodeBody } from './read-node-body.ts';
export { type WriteOutcomeOptions, writeOutcome } from './write-outcome.ts';
