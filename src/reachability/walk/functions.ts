import { Check } from '../contract';
import { addition, refer } from './fixes';
import { Trace } from './trace';
import { Network } from '../model/network';
import { Resource } from '../template/stacks';
import { keyOf, Reference, stringOf, Text, Unknown, unknownIn, Value } from '../template/values';

const PRINCIPAL = 'elasticloadbalancing.amazonaws.com';

/** Whether Elastic Load Balancing may invoke a function. */
export function invocation(network: Network, trace: Trace, fn: Value): Check {
  const name = 'Lambda permission';
  if (!(fn instanceof Reference)) { return trace.unknown(name, unknownIn(fn) ?? `the function ${stringOf(fn)}, which is not made here`); }
  const open: Unknown[] = [];
  for (const permission of network.stacks.ofType('AWS::Lambda::Permission')) {
    const given = permission.get('FunctionName');
    const principal = permission.get('Principal');
    const same = given instanceof Reference ? given.resource === fn.resource : keyOf(given) === keyOf(fn) || names(given, fn.resource);
    if (given instanceof Unknown) { open.push(given); }
    if (typeof given === 'string' && !fn.resource.has('FunctionName')) { open.push(new Unknown(`whether '${given}' is ${fn.resource.label}`)); }
    if (!same) { continue; }
    if (stringOf(principal)?.startsWith('elasticloadbalancing.')) { return trace.pass(name, `${permission.label} lets the load balancer invoke it`); }
    const unknown = unknownIn(principal);
    if (unknown) { open.push(unknown); }
  }
  const { resource } = fn;
  if (open.length > 0) { return trace.unknown(name, open[0]); }
  if (!/^AWS::Lambda::(Function|Alias|Version)$/.test(resource.type)) { return trace.unknown(name, `the permissions of ${resource.label}`); }
  const attribute = resource.type === 'AWS::Lambda::Function' ? new Reference(resource, 'Arn') : fn;
  const referred = refer(resource.stack, attribute)!;
  return trace.blocked(name, {
    code: 'LambdaPermission',
    place: resource,
    reason: `Nothing lets the load balancer invoke ${resource.label}.`,
    fix: {
      text: `Add an AWS::Lambda::Permission for ${PRINCIPAL} to ${resource.label}. In the CDK: 'fn.grantInvoke(new iam.ServicePrincipal('${PRINCIPAL}'))'.`,
      patches: [addition(resource.stack, `AllowElasticLoadBalancingToInvoke${resource.logicalId}`, 'AWS::Lambda::Permission',
        { FunctionName: referred.expression, Action: 'lambda:InvokeFunction', Principal: PRINCIPAL })],
    },
  });
}

/** Whether a name or an ARN, written out, is that of a function; with a version or an alias after it or not. */
function names(given: Value, fn: Resource): boolean {
  if (given instanceof Text) { return given.parts.some(part => part instanceof Reference && part.resource === fn); }
  const name = stringOf(fn.get('FunctionName'));
  const written = stringOf(given)?.split(':');
  return name !== undefined && written !== undefined && (written[0] === 'arn' ? written[6] : written[0]) === name;
}
