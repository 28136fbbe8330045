export * from './cloudformation';
export * from './environment';
export * from './faults';
export * from './iam';
export * from './network';
export { AwsError, type Params } from './protocol';
export * from './server';
export * from './target-groups';
