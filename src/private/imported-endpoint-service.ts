import { aws_elasticloadbalancingv2 as elbv2, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { protocolOfPort } from './protocol';
import { invalid, Validate } from './validate';
import { EndpointServiceAttributes, IEndpointService } from '../endpoint-service';

/** An endpoint service that is known by its name. */
export class ImportedEndpointService extends Construct implements IEndpointService {
  public readonly name: string;
  public readonly port: number;
  public readonly privateDnsDefault = false;
  public readonly protocol: elbv2.ApplicationProtocol;
  public readonly protocolVersion?: elbv2.ApplicationProtocolVersion;
  public readonly region?: string;
  public readonly acceptanceRequired?: boolean;
  public readonly availabilityZones?: string[];

  constructor(scope: Construct, id: string, attrs: EndpointServiceAttributes) {
    super(scope, id);
    const name = attrs.endpointServiceName;
    // AWS writes the name with a prefix of its partition
    const match = /^[\w.]*?vpce\.([a-z0-9-]+)\.vpce-svc-[0-9a-f]+$/.exec(name);
    if (!Token.isUnresolved(name) && !match) {
      throw invalid(this, `'endpointServiceName' must look like 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0', got: '${name}'. `
        + 'Take it from the output or the console of the provider; for services of AWS use ec2.InterfaceVpcEndpointAwsService.');
    }
    checkRegion(this, attrs.region, match?.[1]);
    new Validate(this).integer('port', attrs.port, 1, 65535);
    new Validate(this).notEmpty('availabilityZones', attrs.availabilityZones, 'Leave it out when the zones are not known.');
    this.name = name;
    this.port = attrs.port ?? 80;
    this.protocol = attrs.protocol ?? protocolOfPort(this.port);
    this.protocolVersion = attrs.protocolVersion;
    // in a stack without a Region, that of the name is the stack's own unless it is written out
    this.region = attrs.region ?? (Token.isUnresolved(Stack.of(this).region) ? undefined : match?.[1]);
    this.acceptanceRequired = attrs.acceptanceRequired;
    this.availabilityZones = attrs.availabilityZones;
  }
}

function checkRegion(scope: Construct, region: string | undefined, named: string | undefined): void {
  if (region !== undefined && named !== undefined && !Token.isUnresolved(region) && region !== named) {
    throw invalid(scope, `'region' must be that of 'endpointServiceName', ${named}, got: '${region}'. Leave it out where the name is known.`);
  }
}
