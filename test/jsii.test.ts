import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ts from 'typescript';
import { ASSEMBLY, leaf, Parameter, Property, ROOT, Type, Typed, types } from './public-api';

/** The types of the CDK, by their names. */
const CDK: { [fqn: string]: Type | undefined } = JSON.parse(gunzipSync(readFileSync(join(ROOT, 'node_modules', 'aws-cdk-lib', '.jsii.gz'))).toString()).types;

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

function looseIn({ union, primitive = '' }: Typed): boolean {
  return union !== undefined || ['any', 'json', 'date'].includes(primitive);
}

describe('the API in every language', () => {
  test('is made of the parts that the README names', () => {
    expect(types.map(type => type.name).sort()).toEqual([
      'AlbAccessLogs', 'AlbMonitoringOptions', 'AlbOptions', 'AlbTargetGroupOptions', 'AlbToPrivateLinkTargets', 'AlbToPrivateLinkTargetsProps', 'AnalyzedPath', 'AnalyzerSource', 'Backend', 'BackendConfig',
      'BackendPortOptions', 'EcsBackendOptions', 'EndpointPreset', 'EndpointServiceAttributes', 'EndpointServiceListenerOptions', 'EndpointServiceMonitoringOptions', 'HubMonitoringOptions', 'IEndpointService',
      'InterfaceEndpointTarget', 'InterfaceEndpointTargetProps', 'InternalAlb', 'InternalAlbProps', 'InternalAlbRoute', 'InternalAlbRouteOptions',
      'IpAddressesBackendOptions', 'Monitoring', 'MonitoringProps', 'NlbEndpointService', 'NlbEndpointServiceProps', 'PrivateLinkRoute', 'PrivateLinkRouteOptions',
      'PrivateLinkRoutePart', 'PrivateLinkRouteSplit', 'PrivateLinkTargetOptions',
      'ReachabilityAnalyzerOptions', 'ReachabilityChecks', 'ReachabilityChecksProps', 'ReachabilityDestination', 'ReachabilityMode', 'ReachabilitySource', 'ReachabilityStatement', 'RouteOptions',
      'TargetHealthGate', 'TargetHealthGateProps', 'TargetsBackendOptions', 'VpcPeering', 'VpcPeeringProps', 'VpcPeeringRoutes', 'VpcPeeringRoutesProps',
    ]);
  });

  test('has no union, no "any" and no Date, which Java and Python users would see as Object, or take for local time', () => {
    const loose = [...mentioned()].filter(([, type]) => looseIn(leaf(type)));
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
      ...(type.initializer?.parameters ?? []).filter(parameter => !parameter.docs?.summary).map(parameter => `new ${type.name}(${parameter.name})`),
      // a factory makes what it belongs to
      ...(type.methods ?? []).filter(method => method.returns && !method.docs?.returns && leaf(method.returns.type).fqn !== type.fqn)
        .map(method => `what ${type.name}.${method.name}() returns`),
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
    const constructs = JSON.parse(readFileSync(join(ROOT, 'node_modules', 'constructs', '.jsii'), 'utf8')).types;
    const known: { [fqn: string]: Type | undefined } = { ...constructs, ...CDK, ...JSON.parse(readFileSync(ASSEMBLY, 'utf8')).types };

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

/** What Java or Python read as a word of their own, and what every object has there already. */
const RESERVED = new Set([
  // Java
  'abstract', 'assert', 'boolean', 'break', 'byte', 'case', 'catch', 'char', 'class', 'const', 'continue', 'default', 'do', 'double', 'else', 'enum', 'extends', 'final',
  'finally', 'float', 'for', 'goto', 'if', 'implements', 'import', 'instanceof', 'int', 'interface', 'long', 'native', 'new', 'package', 'private', 'protected', 'public',
  'return', 'short', 'static', 'strictfp', 'super', 'switch', 'synchronized', 'this', 'throw', 'throws', 'transient', 'try', 'void', 'volatile', 'while', 'true', 'false', 'null',
  'clone', 'equals', 'finalize', 'hashCode', 'notify', 'notifyAll', 'toString', 'wait',
  // Python
  'False', 'None', 'True', 'and', 'as', 'async', 'await', 'def', 'del', 'elif', 'except', 'from', 'global', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise',
  'with', 'yield', 'self', 'print', 'exec',
]);

const snakeCase = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
const capitalized = (name: string) => `${name[0].toUpperCase()}${name.slice(1)}`;

/** All methods and constructors, with what they are called. */
const calls: [string, Parameter[]][] = types.flatMap(type => [
  ...type.initializer ? [[`new ${type.name}()`, type.initializer.parameters ?? []] as [string, Parameter[]]] : [],
  ...(type.methods ?? []).map((method): [string, Parameter[]] => [`${type.name}.${method.name}()`, method.parameters ?? []]),
]);

const structs = types.filter(type => type.datatype);
const constructs = types.filter(type => type.initializer?.parameters?.[0]?.type.fqn === 'constructs.Construct');

const parentsOf = (type: Type): Type[] => types.filter(parent => type.interfaces?.includes(parent.fqn));
const propsOf = (type: Type): Property[] => [...type.properties ?? [], ...parentsOf(type).flatMap(propsOf)];

describe('names', () => {
  test('are no words of Java or Python', () => {
    const members = types.flatMap(type => [...type.properties ?? [], ...type.methods ?? []].map(member => [`${type.name}.${member.name}`, member.name]));
    const parameters = calls.flatMap(([call, all]) => all.map(({ name }) => [`${call}: ${name}`, name]));
    expect([...members, ...parameters].filter(([, name]) => RESERVED.has(name) || RESERVED.has(snakeCase(name))).map(([where]) => where)).toEqual([]);
  });

  test('of members do not meet in another language: by upper and lower case, as snake case, or as the getter of Java', () => {
    const met = types.flatMap(type => {
      const properties = (type.properties ?? []).map(({ name }) => name);
      const methods = (type.methods ?? []).map(({ name }) => name);
      const names = [...properties, ...methods];
      const isSame = (one: string, other: string) => snakeCase(other) === snakeCase(one) || other.toLowerCase() === one.toLowerCase();
      const getters = new Set(properties.map(name => `get${capitalized(name)}`));
      return [
        ...names.filter((name, index) => names.findIndex(other => isSame(name, other)) !== index),
        ...methods.filter(name => getters.has(name) || /^[gs]et[A-Z]/.test(name)),
        ...properties.filter(name => ['class', 'jsiiInterface'].includes(name)),
      ].map(name => `${type.name}.${name}`);
    });
    expect(met).toEqual([]);
  });

  test('of types do not differ in case only', () => {
    expect(new Set(types.map(({ name }) => name.toLowerCase())).size).toBe(types.length);
  });

  test('begin with I where an interface is to be implemented, and nowhere else', () => {
    const interfaces = types.filter(({ kind }) => kind === 'interface');
    expect(interfaces.filter(({ name, datatype }) => /^I[A-Z]/.test(name) === (datatype === true)).map(({ name }) => name)).toEqual([]);
  });

  test('of enum members are in capitals', () => {
    expect(types.flatMap(type => type.members ?? []).map(({ name }) => name).filter(name => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
  });

  test('of times have no unit: they are durations', () => {
    const suffixed = structs.flatMap(type => (type.properties ?? []).map(({ name }) => `${type.name}.${name}`)).filter(name => /(Seconds|Secs|Minutes|Hours|Days|Millis|Ms)$/.test(name));
    expect(suffixed).toEqual([]);
    const times = structs.flatMap(type => (type.properties ?? []).filter(({ name, type: { primitive } }) => primitive === 'number' && /(timeout|delay|interval|duration|period|ttl)$/i.test(name))
      .map(({ name }) => `${type.name}.${name}`));
    expect(times).toEqual([]);
  });
});

describe('structs', () => {
  test('have no methods', () => {
    expect(structs.filter(type => (type.methods ?? []).length > 0).map(({ name }) => name)).toEqual([]);
  });

  test('say of each flag whether it is on or off without being set, or that nobody knows', () => {
    const vague = structs.flatMap(type => (type.properties ?? []).filter(({ type: { primitive }, optional, docs }) => primitive === 'boolean' && optional && !/^(true\b|false\b|- )/.test(docs?.default ?? ''))
      .map(({ name }) => `${type.name}.${name}`));
    expect(vague).toEqual([]);
  });

  /** ARNs, where the CDK has no interface for what they name. */
  const ARNS = ['AlbOptions.webAclArn', 'VpcPeeringProps.peerRoleArn'];

  test('take constructs, no ARNs', () => {
    const arns = structs.filter(({ name }) => !name.endsWith('Attributes')).flatMap(type => (type.properties ?? []).filter(({ name }) => /Arns?$/.test(name)).map(({ name }) => `${type.name}.${name}`));
    expect(arns).toEqual(ARNS);
  });

  test('take no L1 constructs', () => {
    // of paths of Reachability Analyzer the CDK has no other constructs
    expect([...mentioned()].filter(([, type]) => /\.Cfn\w+$/.test(leaf(type).fqn ?? '')).map(([where]) => where)).toEqual(['AnalyzedPath.analysis', 'AnalyzedPath.path']);
  });
});

/** Classes of the CDK that have an interface, which does not tell enough. */
const CLASSES: { [where: string]: string } = {
  'AlbToPrivateLinkTargetsProps.defaultAction': 'the interface is what a Network Load Balancer has too',
  'Backend.applicationLoadBalancer(listener)': 'of an imported listener neither port nor load balancer is known',
  'Backend.autoScalingGroup(group)': 'an imported group cannot be attached to a target group',
  'Backend.ecsService(service)': 'an imported service cannot be attached to a target group',
};

/** What users give to us. */
function* taken(): Generator<[string, Typed]> {
  for (const type of structs) { for (const property of type.properties ?? []) { yield [`${type.name}.${property.name}`, property.type]; } }
  for (const type of types) {
    for (const method of type.methods ?? []) { for (const { name, type: of } of method.parameters ?? []) { yield [`${type.name}.${method.name}(${name})`, of]; } }
  }
}

test('what users give is asked for by the interface of the CDK, where there is one', () => {
  const interfaceOf = (fqn: string) => fqn.replace(/\.(\w+)$/, '.I$1');
  const results = ['InternalAlbRoute', 'PrivateLinkRoute', 'PrivateLinkRoutePart'];
  const concrete = [...taken()].filter(([where, type]) => CDK[leaf(type).fqn ?? '']?.kind === 'class' && CDK[interfaceOf(leaf(type).fqn!)] !== undefined && !results.includes(where.split('.')[0]));
  expect(concrete.map(([where]) => where)).toEqual(Object.keys(CLASSES));
});

describe('a construct', () => {
  test.each(constructs.map((type): [string, Type] => [type.name, type]))('%s takes scope, id and props of its name, which can be left out if all of them can', (_, type) => {
    const [scope, id, props, ...others] = type.initializer!.parameters!;
    expect([scope.name, id.name, props.name, others]).toEqual(['scope', 'id', 'props', []]);
    expect(leaf(props.type).fqn).toBe(`${type.fqn}Props`);
    const all = propsOf(structs.find(({ fqn }) => fqn === leaf(props.type).fqn)!);
    expect(props.optional ?? false).toBe(all.every(({ optional }) => optional));
  });
});

test('what is imported is made by fromXxxAttributes(scope, id, attrs), of attributes of that name', () => {
  const factories = types.flatMap(type => (type.methods ?? []).filter(({ name }) => /^from[A-Z]/.test(name)));
  expect(factories.length).toBeGreaterThan(0);
  for (const { name, parameters = [] } of factories) {
    expect(parameters.map(parameter => parameter.name)).toEqual(['scope', 'id', 'attrs']);
    expect(leaf(parameters[2].type).fqn).toMatch(new RegExp(`\\.${name.replace(/^from/, '')}$`));
  }
});

test('no required parameter comes after one that can be left out', () => {
  const late = (parameters: Parameter[]) => parameters.some(({ optional }, at) => optional && parameters.slice(at).some(each => !each.optional));
  expect(calls.filter(([, parameters]) => late(parameters)).map(([call]) => call)).toEqual([]);
});

test('each reference leads to a page by https', () => {
  const links = [...JSON.stringify(types).matchAll(/"see":"(.*?)"/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(link => !/^https:\/\/[^ ]+$/.test(link))).toEqual([]);
});

describe('the declarations that jsii reads', () => {
  const program = ts.createProgram([join(ROOT, 'lib', 'index.d.ts')], { noLib: true, types: [], noResolve: false });
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(ROOT, 'lib')));
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(join(ROOT, 'lib', 'index.d.ts'))!)!);

  test('export nothing that other languages do not see', () => {
    const visible = new Set(types.map(({ name }) => name));
    expect(exported.map(({ name }) => name).filter(name => !visible.has(name))).toEqual([]);
  });

  /** What is public of an exported type, without what is internal. */
  const members = exported.flatMap(symbol => (symbol.declarations ?? [])
    .filter((each): each is ts.ClassDeclaration | ts.InterfaceDeclaration => ts.isClassDeclaration(each) || ts.isInterfaceDeclaration(each))
    .flatMap(type => (type.members as ts.NodeArray<ts.ClassElement | ts.TypeElement>).map((member): [string, ts.ClassElement | ts.TypeElement] => [`${symbol.name}.${member.name?.getText() ?? 'constructor'}`, member])))
    .filter(([name, member]) => !/\._/.test(name) && !(ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)));

  test('are read by this test', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(members.length).toBeGreaterThan(150);
  });

  /** Jsii lets them pass, as something else: a literal as any text, a generic as any object. */
  const LOST: { [what: string]: (node: ts.Node) => boolean } = {
    'unions, but with undefined': node => ts.isUnionTypeNode(node) && node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).length > 1,
    'literals': ts.isLiteralTypeNode,
    'type parameters': ts.isTypeParameterDeclaration,
    'functions': ts.isFunctionTypeNode,
    'tuples': ts.isTupleTypeNode,
    'types made of types': node => ts.isMappedTypeNode(node) || ts.isConditionalTypeNode(node) || ts.isIndexedAccessTypeNode(node) || ts.isTypeQueryNode(node)
      || (ts.isTypeReferenceNode(node) && /^(Partial|Required|Readonly|Pick|Omit|Record|Exclude|Extract|Promise|Map|Set)$/.test(node.typeName.getText())),
  };

  test.each(Object.entries(LOST))('have no %s', (_, isLost) => {
    const finds = (node: ts.Node): boolean => isLost(node) || (ts.forEachChild(node, child => finds(child) || undefined) ?? false);
    expect(members.filter(([, member]) => finds(member)).map(([name]) => name)).toEqual([]);
  });

  test('have no overloads, of which the first alone survives', () => {
    const isMethod = (member: ts.Node) => ts.isMethodDeclaration(member) || ts.isMethodSignature(member) || ts.isConstructorDeclaration(member);
    const methods = members.filter(([, member]) => isMethod(member)).map(([name]) => name);
    expect(methods.filter((name, index) => methods.indexOf(name) !== index)).toEqual([]);
  });
});
