export * from './ignite/index.ts';
