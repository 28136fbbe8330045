import { type Change, type RouteName, ROUTES } from './histories-steps';
import type { Route, RouteDesign } from './simulation-route';
import type { Properties } from '../fakes';

export type Design = ReadonlyMap<RouteName, RouteDesign>;

export function firstDesign(zones: number[][]): Design {
  return new Map(zones.map((each, index) => [ROUTES[index], routeDesign(each)]));
}

export function changed(design: Design, changes: Change[]): Design {
  const result = new Map(design);
  for (const { route, what, zones = [0, 1] } of changes) {
    const before = result.get(route);
    if (!before) {
      if (what === 'add') { result.set(route, routeDesign(zones)); }
      continue;
    }
    switch (what) {
      case 'add': break;
      case 'remove': result.delete(route); break;
      case 'subnets': result.set(route, { ...before, zones }); break;
      case 'privateDns': result.set(route, { ...before, privateDns: !before.privateDns }); break;
      case 'port': result.set(route, { ...before, port: otherPort(before.port) }); break;
      default: result.set(route, { ...before, [what]: before[what] + 1 });
    }
  }
  return result;
}

export function otherPort(port: number): number {
  return port === 80 ? 8080 : 80;
}

export function drainProperties(design: Design, routes: ReadonlyMap<RouteName, Route>): Properties {
  return {
    Endpoints: Object.fromEntries([...design].map(([name, { zones }]) => {
      const route = routes.get(name)!;
      const targets = { TargetGroupArn: route.group!.targetGroupArn, Registration: route.registration.logicalResourceId };
      return [name, { SubnetIds: route.subnetIds(zones), Targets: [targets] }];
    })),
  };
}

export function gateProperties(design: Design, routes: ReadonlyMap<RouteName, Route>): Properties {
  return {
    Groups: Object.fromEntries([...design].map(([name, each]) => {
      const { TargetGroupArn, EndpointId, ...targets } = routes.get(name)!.properties(each);
      return [name, { TargetGroupArn, EndpointIds: [EndpointId], Targets: { EndpointId, ...targets }, HealthCheck: '/', Rules: name }];
    })),
    TimeoutSeconds: 300,
  };
}

function routeDesign(zones: number[]): RouteDesign {
  return { zones, service: 1, privateDns: false, port: 80, group: 1, refresh: 1 };
}
