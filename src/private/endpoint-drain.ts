import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, CfnResource, CustomResource, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DRAIN_TYPE, DrainedEndpoint } from '../handler/contract';
import { Registrar, SERVICE_TIMEOUT } from '../handler/registrar';

interface Endpoint {
  readonly subnets: ec2.ISubnet[];
  readonly targets: { targetGroup: elbv2.ITargetGroup; registration: CustomResource }[];
}

/**
 * Takes addresses out of target groups before CloudFormation takes their subnets from the endpoints: an interface that goes while its target still serves cuts requests.
 *
 * The endpoints come after it, so that it may name what does not come after them: subnets and target groups, but neither endpoints nor their interfaces.
 */
export class EndpointDrain extends Construct {
  private readonly resource: CustomResource;
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: Registrar.of(this).serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      resourceType: DRAIN_TYPE,
      properties: { Endpoints: Lazy.any({ produce: () => this.render() }) },
    });
    Registrar.of(this).line(this.resource);
  }

  /** Puts an endpoint behind the drain. Without a target group it is not in it. */
  public guard(key: string, endpoint: ec2.InterfaceVpcEndpoint, subnets: ec2.ISubnet[]): void {
    this.endpoints.set(key, { subnets, targets: [] });
    endpoint.node.addDependency(this.resource);
  }

  /** A target group with the addresses of a guarded endpoint. */
  public add(key: string, targetGroup: elbv2.ITargetGroup, registration: CustomResource): void {
    this.endpoints.get(key)?.targets.push({ targetGroup, registration });
  }

  private render(): { [key: string]: DrainedEndpoint } {
    // in an order that does not come from the routes, so that swapping two of them changes nothing here
    return Object.fromEntries([...this.endpoints].sort(([one], [other]) => one < other ? -1 : 1).map(([key, { subnets, targets }]) => [key, {
      SubnetIds: subnets.map(subnet => subnet.subnetId),
      Targets: targets.map(({ targetGroup, registration }) => ({
        TargetGroupArn: targetGroup.targetGroupArn,
        // as text: a reference would make the drain come after the endpoints
        Registration: Stack.of(this).getLogicalId(registration.node.defaultChild as CfnResource),
      })).sort((one, other) => one.Registration < other.Registration ? -1 : 1),
    }]));
  }
}
