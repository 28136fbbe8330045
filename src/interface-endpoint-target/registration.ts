import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, CustomResource, IResolvable, ReferenceStrength, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DRAIN_SECONDS, REGISTRATION_TYPE, RegistrationProperties } from '../handler/contract';
import { Registrar, SERVICE_TIMEOUT } from '../handler/registrar';
import { numericAttribute } from '../private/attributes';
import { nestedIn, seenFrom } from '../private/seen-from';

/** What one registration needs to know. */
export interface RegistrationProps {
  readonly endpoint: ec2.IInterfaceVpcEndpoint;
  readonly targetGroup: elbv2.ITargetGroup;
  readonly port: number;
  readonly refresh?: string;
}

/** The properties as they stand in the template, where lists and numbers may still be tokens. */
type RenderedProperties = { [key in keyof RegistrationProperties]: unknown };

type EndpointProperty = 'EndpointId' | 'NetworkInterfaceIds' | 'SubnetIds' | 'PrivateDnsEnabled';

const made = new WeakMap<elbv2.ITargetGroup, Registration[]>();

/** Keeps the addresses of one endpoint in one target group: a custom resource. */
export class Registration extends CustomResource {
  /** Those that fill a target group. */
  public static of(targetGroup: elbv2.ITargetGroup): Registration[] {
    return made.get(targetGroup) ?? [];
  }

  public readonly endpoint: ec2.IInterfaceVpcEndpoint;

  constructor(scope: Construct, id: string, props: RegistrationProps) {
    super(scope, id, {
      serviceToken: Registrar.of(scope).serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      resourceType: REGISTRATION_TYPE,
      properties: render(scope, props),
    });
    Registrar.of(scope).admit(props.targetGroup, this);
    Registrar.of(scope).line(this);
    this.endpoint = props.endpoint;
    made.set(props.targetGroup, [...Registration.of(props.targetGroup), this]);
    checkDeregistrationDelay(this, props.targetGroup);
  }

  /** What is registered in the target group, as one text. */
  public get targets(): string {
    return this.getAttString('Targets');
  }
}

/** At synth, because attributes may be set until then. */
function checkDeregistrationDelay(scope: Construct, { node: { path, defaultChild } }: elbv2.ITargetGroup): void {
  if (!(defaultChild instanceof elbv2.CfnTargetGroup)) { return; }
  scope.node.addValidation({
    validate: () => {
      const seconds = numericAttribute(defaultChild, defaultChild.targetGroupAttributes, 'deregistration_delay.timeout_seconds') ?? 0;
      return seconds > DRAIN_SECONDS
        ? [`the deregistration delay of ${path} must be at most ${DRAIN_SECONDS} s behind interface endpoints, got: ${seconds} s. `
          + 'A deployment waits so long until old addresses have drained, within what Lambda gives a function.']
        : [];
    },
  });
}

function render(scope: Construct, { endpoint, targetGroup, port, refresh }: RegistrationProps): RenderedProperties {
  const group = targetGroup.node.defaultChild;
  return {
    ...endpointProperties(scope, endpoint),
    TargetGroupArn: targetGroup.targetGroupArn,
    ...group instanceof elbv2.CfnTargetGroup ? { TargetGroupVpcId: group.vpcId, IpAddressType: group.ipAddressType } : {},
    Port: port,
    Refresh: refresh,
  };
}

/** What changes when the interfaces of an endpoint change, so that CloudFormation sends an event. Of an imported endpoint only its id is known. */
function endpointProperties(scope: Construct, { vpcEndpointId, node }: ec2.IInterfaceVpcEndpoint): Pick<RenderedProperties, EndpointProperty> {
  const resource = node.defaultChild;
  if (!(resource instanceof ec2.CfnVPCEndpoint)) { return { EndpointId: vpcEndpointId }; }
  if (Stack.of(resource) === Stack.of(scope)) {
    const privateDns: boolean | IResolvable | undefined = resource.privateDnsEnabled;
    return {
      EndpointId: vpcEndpointId,
      NetworkInterfaceIds: resource.attrNetworkInterfaceIds,
      SubnetIds: resource.subnetIds,
      PrivateDnsEnabled: privateDns,
    };
  }
  if (nestedIn(scope).includes(Stack.of(resource))) {
    // a nested stack takes no lists from the stacks around it; each subnet is a value of its own
    return { EndpointId: vpcEndpointId, SubnetIds: Token.isUnresolved(resource.subnetIds) ? undefined : resource.subnetIds };
  }
  // strong references would be exports in use, which cannot change: the endpoint could neither get another subnet nor be replaced
  return {
    EndpointId: seenFrom(scope, resource, vpcEndpointId),
    NetworkInterfaceIds: Stack.consumeListReference(resource.attrNetworkInterfaceIds, ReferenceStrength.WEAK),
  };
}
