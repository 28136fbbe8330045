import { aws_ec2 as ec2, Annotations, Names, Stack } from 'aws-cdk-lib';
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
    return scope.node.tryFindChild(id) as ec2.ISecurityGroup ?? ec2.SecurityGroup.fromSecurityGroupId(scope as Construct, id, group.securityGroupId, {
      allowAllOutbound: group.allowAllOutbound,
      // the CDK tells of an import that it was made with `mutable: false` by its class only
      mutable: group.constructor.name !== 'ImmutableImport',
    });
  });
  return { connections: new ec2.Connections({ securityGroups }) };
}

/** Puts a resource behind the security group rules of its stack about the given groups, so that a target is not registered before it can be reached. */
export function afterOpenings(resource: Construct, ...connectables: ec2.IConnectable[]): void {
  const groups = connectables.flatMap(({ connections }) => connections.securityGroups);
  resource.node.addDependency(...groups.filter(group => Stack.of(group) === Stack.of(resource)));
}

/** Says where nothing can be opened, which otherwise shows as targets that never become healthy. */
export function warnOfUnknownGroups(scope: IConstruct, { connections }: ec2.IConnectable, named: IConstruct): void {
  if (connections.securityGroups.length > 0) { return; }
  Annotations.of(scope).addWarningV2('cdk-alb-privatelink:securityGroupUnknown',
    `no security group is known of ${named.node.path}, so that nothing was opened for it. Import it with its security groups, or make it with one, `
    + 'or see to it that load balancer and endpoint admit each other.');
}

/** The default port of connections, where they have one. */
export function defaultPortOf({ connections }: ec2.IConnectable): number | undefined {
  return connections.defaultPort?.toRuleJson().fromPort;
}
