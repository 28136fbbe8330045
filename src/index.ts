export * from './alb-access-logs';
export * from './alb-to-private-link-targets';
export * from './backend';
export * from './endpoint-preset';
export * from './endpoint-service';
export * from './interface-endpoint-target/interface-endpoint-target';
export * from './nlb-endpoint-service';
export * from './private-link-route';
