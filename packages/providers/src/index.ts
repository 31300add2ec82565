export * from './echo3d/index.ts';
export * from './environment/index.ts';
export * from './gcore/index.ts';
export * from './ignite/index.ts';
export * from './threeq/index.ts';
export * from './tpstreams/index.ts';
