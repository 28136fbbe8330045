import { LoadBalancer, LoadBalancers } from './load-balancers';
import { Resource, Stacks } from '../template/stacks';
import { booleanOf, listOf, Reference, stringOf, Text, Unknown, unknownIn, Value } from '../template/values';

export interface EndpointService {
  readonly resource: Resource;
  readonly balancers: readonly LoadBalancer[];
  /** Undefined: EC2 decides, and nobody wrote it. */
  readonly acceptance: boolean | Unknown;
  /** Who may make endpoints besides its own account; undefined where nothing in the templates says it. */
  readonly principals?: readonly Value[];
}

/** Endpoint services, and whom their endpoints lead to. */
export class PrivateLink {
  private readonly services = new Map<Resource, EndpointService>();

  constructor(stacks: Stacks, balancers: LoadBalancers) {
    const permissions = stacks.ofType('AWS::EC2::VPCEndpointServicePermissions');
    for (const resource of stacks.ofType('AWS::EC2::VPCEndpointService')) {
      const acceptance = resource.get('AcceptanceRequired');
      const own = permissions.filter(permission => {
        const id = permission.get('ServiceId');
        return id instanceof Reference && id.resource === resource;
      });
      this.services.set(resource, {
        resource,
        balancers: listOf(resource.get('NetworkLoadBalancerArns')).map(arn => balancers.balancer(arn)),
        acceptance: acceptance === undefined ? new Unknown(`'AcceptanceRequired' of ${resource.label}`) : booleanOf(acceptance) ?? unknownIn(acceptance) ?? true,
        principals: own.length === 0 ? undefined : own.flatMap(permission => listOf(permission.get('AllowedPrincipals'))),
      });
    }
  }

  public get all(): EndpointService[] { return [...this.services.values()]; }

  /** The service that an endpoint names: one of the templates, one of AWS, or what is not known. */
  public serviceOf(endpoint: Resource): EndpointService | 'aws' | Unknown {
    const name = endpoint.get('ServiceName');
    const parts = name instanceof Text ? name.parts : [name];
    for (const part of parts) {
      const service = part instanceof Reference ? this.services.get(part.resource) : undefined;
      if (service) { return service; }
    }
    const text = parts.map(part => typeof part === 'string' ? part : '').join('');
    if (/^(com|cn\.com|aws)\.(amazonaws|api|sagemaker)/.test(text) && !text.includes('vpce')) { return 'aws'; }
    const missing = parts.find((part): part is Unknown => part instanceof Unknown);
    return missing ?? new Unknown(`the endpoint service ${stringOf(name) ?? unknownIn(name)?.what ?? `of ${endpoint.label}`}`);
  }
}
