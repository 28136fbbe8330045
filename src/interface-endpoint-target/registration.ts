import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CustomResource, IResolvable, ReferenceStrength, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RegistrationProperties, RESOURCE_TYPE } from './contract';
import { Registrar, SERVICE_TIMEOUT } from './registrar';

/** What one registration needs to know. */
export interface RegistrationProps {
  readonly endpoint: ec2.IInterfaceVpcEndpoint;
  readonly targetGroup: elbv2.ITargetGroup;
  readonly port: number;
  readonly refresh?: string;
}

/** The properties as they stand in the template, where lists and numbers may still be tokens. */
type RenderedProperties = { [key in keyof RegistrationProperties]: unknown };

/** Keeps the addresses of one endpoint in one target group: a custom resource. */
export class Registration extends CustomResource {
  constructor(scope: Construct, id: string, props: RegistrationProps) {
    super(scope, id, {
      serviceToken: Registrar.of(scope).serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      resourceType: RESOURCE_TYPE,
      properties: render(scope, props),
    });
    Registrar.of(scope).admit(props.targetGroup, this);
  }
}

function render(scope: Construct, { endpoint, targetGroup, port, refresh }: RegistrationProps): RenderedProperties {
  const group = targetGroup.node.defaultChild;
  return {
    EndpointId: endpoint.vpcEndpointId,
    ...endpointProperties(scope, endpoint.node.defaultChild),
    TargetGroupArn: targetGroup.targetGroupArn,
    ...group instanceof elbv2.CfnTargetGroup ? { TargetGroupVpcId: group.vpcId, IpAddressType: group.ipAddressType } : {},
    Port: port,
    Refresh: refresh,
  };
}

/** What changes when the interfaces of an endpoint change, so that CloudFormation sends an event. Of an imported endpoint nothing is known. */
function endpointProperties(scope: Construct, endpoint: unknown): Partial<RenderedProperties> {
  if (!(endpoint instanceof ec2.CfnVPCEndpoint)) { return {}; }
  if (Stack.of(endpoint) !== Stack.of(scope)) {
    // a strong reference would be an export in use, which cannot change: the endpoint could never get another subnet
    return { NetworkInterfaceIds: Stack.consumeListReference(endpoint.attrNetworkInterfaceIds, ReferenceStrength.WEAK) };
  }
  const privateDns: boolean | IResolvable | undefined = endpoint.privateDnsEnabled;
  return {
    NetworkInterfaceIds: endpoint.attrNetworkInterfaceIds,
    SubnetIds: endpoint.subnetIds,
    PrivateDnsEnabled: privateDns,
  };
}
