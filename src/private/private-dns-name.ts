import { aws_ec2 as ec2, aws_route53 as route53, CfnOutput, CustomResource, Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { differenceFrom } from './environment';
import { plain } from './name-space';
import { zoneNameOf } from './private-names';
import { invalid } from './validate';
import { PRIVATE_DNS_TYPE } from '../handler/contract';
import { Registrar, SERVICE_TIMEOUT } from '../handler/registrar';

/** Two labels or more of letters, digits and hyphens. */
const NAME = /^(?=.{1,255}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/i;

/** The private DNS name of an endpoint service, with the proof that its domain is the provider's. */
export class PrivateDnsName extends Construct {
  constructor(scope: Construct, id: string, service: ec2.CfnVPCEndpointService, name: string, zone: route53.IPublicHostedZone | undefined) {
    super(scope, id);
    checkName(scope, name, zone);
    service.privateDnsName = name;
    const proof = { name: service.attrPrivateDnsNameConfigurationName, value: service.attrPrivateDnsNameConfigurationValue };
    if (zone) {
      this.verify(service.ref, name, proof.value, new route53.TxtRecord(this, 'Record', {
        zone,
        recordName: proof.name,
        values: [proof.value],
        ttl: Duration.minutes(1),
        comment: `Proves the domain of ${name} to AWS PrivateLink`,
      }));
    } else {
      new CfnOutput(this, 'RecordName', { value: proof.name, description: `Name of the TXT record that proves ${name}, below its domain` });
      new CfnOutput(this, 'RecordValue', { value: proof.value, description: `Value of the TXT record that proves ${name}` });
    }
  }

  private verify(serviceId: string, name: string, proof: string, record: route53.TxtRecord): void {
    const registrar = Registrar.of(this);
    const verification = new CustomResource(this, 'Verification', {
      serviceToken: registrar.serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      resourceType: PRIVATE_DNS_TYPE,
      properties: { ServiceId: serviceId, PrivateDnsName: name, Proof: proof },
    });
    registrar.allowVerification(verification, serviceId);
    verification.node.addDependency(record);
    registrar.line(verification);
  }
}

function checkName(scope: Construct, name: string, zone: route53.IPublicHostedZone | undefined): void {
  if (Token.isUnresolved(name)) { return; }
  if (!NAME.test(name)) {
    throw invalid(scope, `'privateDnsName' must be a domain name of at least two labels, such as 'api.example.com', got: '${name}'.`);
  }
  if (zone && !hasName(zone)) {
    throw invalid(scope, `'privateDnsVerificationZone' must know its name, and ${zone.node.path} was imported by its id alone. Import it with its 'zoneName'.`);
  }
  const zoneName = zone && zoneNameOf(zone);
  if (zoneName && plain(name) !== plain(zoneName) && !plain(name).endsWith(`.${plain(zoneName)}`)) {
    throw invalid(scope, `'privateDnsName' must be in 'privateDnsVerificationZone' (${zoneName}), got: '${name}'. Give the public zone of its domain.`);
  }
  if (zone && differenceFrom(scope, zone.env) === 'account') {
    throw invalid(scope, `'privateDnsVerificationZone' must be of the service's account, got: ${zone.node.path} in ${zone.env.account}. `
      + 'Leave it out, and make the record over there from the outputs.');
  }
}

function hasName(zone: route53.IPublicHostedZone): boolean {
  try {
    return zone.zoneName !== '';
  } catch {
    return false;
  }
}
