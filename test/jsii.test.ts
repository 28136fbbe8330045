import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = join(__dirname, '..');

/** What `jsii` says of the public API; `npx projen compile` makes it. */
const ASSEMBLY = join(ROOT, '.jsii');

interface Documented {
  readonly docs?: { readonly summary?: string; readonly default?: string };
}

interface Typed {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly union?: unknown;
  readonly collection?: { readonly elementtype: Typed };
}

interface Member extends Documented {
  readonly name: string;
}

interface Parameter extends Member {
  readonly type: Typed;
}

interface Property extends Parameter {
  readonly optional?: boolean;
  readonly immutable?: boolean;
}

interface Method extends Member {
  readonly parameters?: Parameter[];
  readonly returns?: { readonly type: Typed };
  readonly async?: boolean;
}

interface Type extends Member {
  readonly kind?: string;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly datatype?: boolean;
  readonly properties?: Property[];
  readonly methods?: Method[];
  readonly members?: Member[];
  readonly initializer?: { readonly parameters?: Parameter[] };
}

const types: Type[] = Object.values(JSON.parse(readFileSync(ASSEMBLY, 'utf8')).types);

/** Every type that the API mentions, with where. */
function* mentioned(): Generator<[string, Typed]> {
  for (const type of types) {
    for (const property of type.properties ?? []) { yield [`${type.name}.${property.name}`, property.type]; }
    for (const parameter of type.initializer?.parameters ?? []) { yield [`new ${type.name}(${parameter.name})`, parameter.type]; }
    for (const method of type.methods ?? []) {
      if (method.returns) { yield [`${type.name}.${method.name}()`, method.returns.type]; }
      for (const parameter of method.parameters ?? []) { yield [`${type.name}.${method.name}(${parameter.name})`, parameter.type]; }
    }
  }
}

function leaves(type: Typed): Typed[] {
  return type.collection ? leaves(type.collection.elementtype) : [type];
}

describe('the API in every language', () => {
  test('is made of the parts that the README names', () => {
    expect(types.map(type => type.name).sort()).toEqual([
      'AlbAccessLogs', 'AlbMonitoringOptions', 'AlbOptions', 'AlbTargetGroupOptions', 'AlbToPrivateLinkTargets', 'AlbToPrivateLinkTargetsProps', 'Backend', 'BackendConfig',
      'BackendPortOptions', 'EcsBackendOptions', 'EndpointPreset', 'EndpointServiceAttributes', 'EndpointServiceListenerOptions', 'EndpointServiceMonitoringOptions', 'HubMonitoringOptions', 'IEndpointService',
      'InterfaceEndpointTarget', 'InterfaceEndpointTargetProps', 'InternalAlb', 'InternalAlbProps', 'InternalAlbRoute', 'InternalAlbRouteOptions',
      'IpAddressesBackendOptions', 'Monitoring', 'MonitoringProps', 'NlbEndpointService', 'NlbEndpointServiceProps', 'PrivateLinkRoute', 'PrivateLinkRouteOptions',
      'PrivateLinkRoutePart', 'PrivateLinkRouteSplit', 'PrivateLinkTargetOptions',
      'ReachabilityChecks', 'ReachabilityChecksProps', 'ReachabilityDestination', 'ReachabilityMode', 'ReachabilitySource', 'ReachabilityStatement', 'RouteOptions',
      'TargetHealthGate', 'TargetHealthGateProps', 'TargetsBackendOptions', 'VpcPeering', 'VpcPeeringProps', 'VpcPeeringRoutes', 'VpcPeeringRoutesProps',
    ]);
  });

  test('has no union and no "any", which Java and Python users would see as Object', () => {
    const loose = [...mentioned()].filter(([, type]) => leaves(type).some(leaf => leaf.union !== undefined || leaf.primitive === 'any' || leaf.primitive === 'json'));
    expect(loose.map(([where]) => where)).toEqual([]);
  });

  test('has no asynchronous method', () => {
    expect(types.flatMap(type => (type.methods ?? []).filter(method => method.async))).toEqual([]);
  });

  test('says of each type, member and parameter what it is', () => {
    const undocumented = types.flatMap(type => [
      ...type.docs?.summary ? [] : [type.name],
      ...[...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []]
        .filter(member => !member.docs?.summary).map(member => `${type.name}.${member.name}`),
      ...(type.methods ?? []).flatMap(method => (method.parameters ?? []).filter(parameter => !parameter.docs?.summary)
        .map(parameter => `${type.name}.${method.name}(${parameter.name})`)),
    ]);
    expect(undocumented).toEqual([]);
  });

  test('begins what it says with a whole sentence, at whose end references cut it off', () => {
    const summaries = [...JSON.stringify(types).matchAll(/"summary":"(.*?[^\\])"/g)].map(([, summary]) => summary);
    expect(summaries.length).toBeGreaterThan(100);
    expect(summaries.filter(summary => summary.endsWith(';'))).toEqual([]);
  });

  test('says of each optional prop what happens without it', () => {
    const silent = types.filter(type => type.datatype).flatMap(type => (type.properties ?? [])
      .filter(property => property.optional && property.docs?.default === undefined).map(property => `${type.name}.${property.name}`));
    expect(silent).toEqual([]);
  });

  test('has read-only properties only', () => {
    expect(types.flatMap(type => (type.properties ?? []).filter(property => !property.immutable).map(property => `${type.name}.${property.name}`))).toEqual([]);
  });

  test('has every member of the interfaces that it implements, optional ones too, for which type checkers of Python ask', () => {
    const cdk = JSON.parse(gunzipSync(readFileSync(join(ROOT, 'node_modules', 'aws-cdk-lib', '.jsii.gz'))).toString()).types;
    const constructs = JSON.parse(readFileSync(join(ROOT, 'node_modules', 'constructs', '.jsii'), 'utf8')).types;
    const known: { [fqn: string]: Type | undefined } = { ...constructs, ...cdk, ...JSON.parse(readFileSync(ASSEMBLY, 'utf8')).types };

    const membersOf = (type?: Type): string[] => type
      ? [...type.properties ?? [], ...type.methods ?? []].map(member => member.name).concat(membersOf(known[type.base ?? '']))
      : [];
    const interfacesOf = (type?: Type): string[] => [...type?.interfaces ?? []].flatMap(fqn => [fqn, ...interfacesOf(known[fqn])])
      .concat(type?.base ? interfacesOf(known[type.base]) : []);

    const missing = types.filter(type => type.kind === 'class').flatMap(type => {
      const members = new Set(membersOf(type));
      return interfacesOf(type).flatMap(fqn => membersOf(known[fqn]).filter(name => !members.has(name)).map(name => `${type.name}: ${name} of ${fqn}`));
    });
    expect(missing).toEqual([]);
  });
});
