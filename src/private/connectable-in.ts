import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Names, Stack } from 'aws-cdk-lib/core';
import { Construct, IConstruct } from 'constructs';

/**
 * Security groups as seen from another stack: foreign ones are imported there by id, so that rules about them are written there, and the stack of the group
 * does not come to depend on it.
 */
export function connectableIn(scope: IConstruct, { connections }: ec2.IConnectable): ec2.IConnectable {
  const stack = Stack.of(scope);
  const securityGroups = connections.securityGroups.map(group => {
    if (Stack.of(group) === stack) { return group; }
    const id = `SecurityGroupOf${Names.nodeUniqueId(group.node)}`;
    return scope.node.tryFindChild(id) as ec2.ISecurityGroup ?? ec2.SecurityGroup.fromSecurityGroupId(scope as Construct, id, group.securityGroupId);
  });
  return { connections: new ec2.Connections({ securityGroups }) };
}

/** Puts a resource behind the security group rules of its stack about the given groups, so that a target is not registered before it can be reached. */
export function afterOpenings(resource: Construct, ...connectables: ec2.IConnectable[]): void {
  const groups = connectables.flatMap(({ connections }) => connections.securityGroups);
  resource.node.addDependency(...groups.filter(group => Stack.of(group) === Stack.of(resource)));
}
