export * from './gcore/index.ts';
export * from './ignite/index.ts';
