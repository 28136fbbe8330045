import { aws_ec2 as ec2 } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * A security group that lets nothing out but what its rules name.
 *
 * EC2 lets everything out of a group that is made without outbound rules, and the CDK takes its own stopper away when the first rule is written, also when that rule
 * stands in another stack that is deployed later. This stopper stays.
 */
export function closedSecurityGroup(scope: Construct, id: string, vpc: ec2.IVpc, description: string): ec2.SecurityGroup {
  const securityGroup = new ec2.SecurityGroup(scope, id, { vpc, description: permitted(description), allowAllOutbound: false });
  securityGroup.addEgressRule(ec2.Peer.ipv4('255.255.255.255/32'), ec2.Port.icmpTypeAndCode(252, 87), 'Nothing but the other rules');
  return securityGroup;
}

/** EC2 takes 255 characters of a limited set; another description would replace the group. */
function permitted(description: string): string {
  return description.replace(/[^a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]/g, '_').slice(0, 255);
}
