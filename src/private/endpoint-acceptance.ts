import { aws_ec2 as ec2, CfnOutput, CustomResource, Fn, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { IEndpointService } from '../endpoint-service';
import { ACCEPTANCE_TYPE } from '../handler/contract';
import { Registrar, SERVICE_TIMEOUT } from '../handler/registrar';
import { NlbEndpointService } from '../nlb-endpoint-service';

const ID = 'Acceptance';

/** The custom resource that waits until an endpoint is accepted: one for each endpoint, whoever asks for it. */
export function acceptanceOf(scope: Construct, endpoint: ec2.IInterfaceVpcEndpoint): CustomResource {
  const made = scope.node.tryFindChild(ID) as CustomResource | undefined;
  if (made) { return made; }
  const registrar = Registrar.of(scope);
  const resource = new CustomResource(scope, ID, {
    serviceToken: registrar.serviceToken,
    serviceTimeout: SERVICE_TIMEOUT,
    resourceType: ACCEPTANCE_TYPE,
    properties: { EndpointId: endpoint.vpcEndpointId },
  });
  registrar.line(resource);
  return resource;
}

/** An output with the command with which the provider of a service accepts an endpoint. */
export function acceptCommand(scope: Construct, endpoint: ec2.IInterfaceVpcEndpoint, service: IEndpointService): CfnOutput {
  const region = service.region ?? Stack.of(scope).region;
  return new CfnOutput(scope, 'AcceptCommand', {
    value: `aws ec2 accept-vpc-endpoint-connections --region ${region} --service-id ${serviceIdOf(service)} --vpc-endpoint-ids ${endpoint.vpcEndpointId}`,
    description: 'What the provider of the service runs to accept the endpoint',
  });
}

/** The name of a service ends with its id. How it begins depends on the partition. */
function serviceIdOf(service: IEndpointService): string {
  if (service instanceof NlbEndpointService) { return service.endpointServiceId; }
  const { name } = service;
  if (!Token.isUnresolved(name)) { return name.split('.').pop()!; }
  return `vpce-svc-${Fn.select(1, Fn.split('.vpce-svc-', name))}`;
}
