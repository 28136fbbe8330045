import { att, condition, Lacking, LackingTemplates, parameter, properties, ref, resource, Template } from './template';

/** A template whose target group has another content. */
function filled(unknown: RegExp, content: (template: Template) => unknown, targetType = 'instance'): Lacking {
  return {
    unknown,
    change: template => {
      const group = properties(template, 'Targets');
      group.TargetType = targetType;
      group.Targets = content(template);
      if (group.Targets === undefined) { delete group.Targets; }
    },
  };
}

/** An Auto Scaling group in place of the server. */
function scaled(unknown: RegExp, group: (template: Template) => object): Lacking {
  return {
    unknown,
    change: template => {
      delete properties(template, 'Targets').Targets;
      const shared = { MinSize: '1', MaxSize: '2', VPCZoneIdentifier: [ref('SubnetA'), ref('SubnetB')], TargetGroupARNs: [ref('Targets')] };
      template.Resources.Group = resource('AWS::AutoScaling::AutoScalingGroup', { ...shared, ...group(template) });
    },
  };
}

/** An ECS service in place of the server. */
function tasks(unknown: RegExp, network: (template: Template) => object): Lacking {
  return {
    unknown,
    change: template => {
      const group = properties(template, 'Targets');
      group.TargetType = 'ip';
      delete group.Targets;
      const containers = [{ Name: 'web', Image: 'httpd', PortMappings: [{ ContainerPort: 8080 }] }];
      template.Resources.Task = resource('AWS::ECS::TaskDefinition', { NetworkMode: 'awsvpc', ContainerDefinitions: containers });
      template.Resources.Service = resource('AWS::ECS::Service', {
        TaskDefinition: ref('Task'),
        LaunchType: 'FARGATE',
        LoadBalancers: [{ ContainerName: 'web', ContainerPort: 8080, TargetGroupArn: ref('Targets') }],
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [ref('SubnetB')], SecurityGroups: [att('ServerGroup', 'GroupId')], ...network(template) } },
      });
    },
  };
}

/** Targets that the templates do not name. */
export const lackingTargets: LackingTemplates = {
  'a target group that somebody else fills with instances': filled(/Targets/, () => undefined),
  'a target group that an ingress controller fills with addresses': filled(/Targets/, () => undefined, 'ip'),
  'a target group that somebody else fills with a function': filled(/Targets/, () => undefined, 'lambda'),
  'a target whose id is a parameter': filled(/ServerId/, template => [{ Id: parameter(template, 'ServerId') }]),
  'a target whose address is a parameter': filled(/ServerAddress/, template => [{ Id: parameter(template, 'ServerAddress'), Port: 8080 }], 'ip'),
  'a target whose address a custom resource of unknown type finds': filled(/Lookup/, template => {
    template.Resources.Lookup = resource('Custom::Lookup', { ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:lookup' });
    return [{ Id: att('Lookup', 'Address') }];
  }, 'ip'),
  'targets whose addresses a custom resource of unknown type finds, all at once': filled(/Lookup/, template => {
    template.Resources.Lookup = resource('AWS::CloudFormation::CustomResource', { ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:lookup' });
    return att('Lookup', 'Targets');
  }, 'ip'),
  'a target whose address is a parameter of Systems Manager': filled(/resolve:ssm:\/web\/address/, () => [{ Id: '{{resolve:ssm:/web/address}}' }], 'ip'),
  'a target by an id that a condition decides': filled(/Modern/, template => {
    template.Resources.Other = resource('AWS::EC2::Instance', { ImageId: 'ami-0123456789abcdef0', SubnetId: ref('SubnetB'), SecurityGroupIds: [att('ClientGroup', 'GroupId')] });
    return [{ Id: { 'Fn::If': [condition(template, 'Modern'), ref('Server'), ref('Other')] } }];
  }),
  'a target that a condition decides on': filled(/WithServer/, template => [{ 'Fn::If': [condition(template, 'WithServer'), { Id: ref('Server') }, ref('AWS::NoValue')] }]),
  'all targets of a group by a condition': filled(/WithServer/, template => ({ 'Fn::If': [condition(template, 'WithServer'), [{ Id: ref('Server') }], ref('AWS::NoValue')] })),
  'an instance of elsewhere': filled(/i-0123456789abcdef0/, () => [{ Id: 'i-0123456789abcdef0' }]),
  'a function of elsewhere': filled(/function:shared/, () => [{ Id: 'arn:aws:lambda:eu-west-1:111111111111:function:shared' }], 'lambda'),
  'an address that nobody in the template has': filled(/10\.1\.2\.77/, () => [{ Id: '10.1.2.77' }], 'ip'),
  'a target group given as a parameter': {
    unknown: /TargetGroup/,
    change: template => { properties(template, 'Listener').DefaultActions[0].TargetGroupArn = parameter(template, 'TargetGroup'); },
  },
  'a target group that a condition chooses': {
    unknown: /Green/,
    change: template => {
      template.Resources.Other = resource('AWS::ElasticLoadBalancingV2::TargetGroup', { VpcId: ref('Vpc'), Port: 8080, Protocol: 'HTTP', TargetType: 'instance' });
      properties(template, 'Listener').DefaultActions[0].TargetGroupArn = { 'Fn::If': [condition(template, 'Green'), ref('Other'), ref('Targets')] };
    },
  },
  'a target group on a port that is a parameter': { unknown: /AppPort/, change: template => { properties(template, 'Targets').Port = parameter(template, 'AppPort', 'Number'); } },
  'a target on a port that is a parameter': filled(/AppPort/, template => [{ Id: ref('Server'), Port: parameter(template, 'AppPort', 'Number') }]),
  'health checks on a port that is a parameter': {
    unknown: /HealthPort/, change: template => { properties(template, 'Targets').HealthCheckPort = parameter(template, 'HealthPort'); },
  },
  'a listener on a port that is a parameter': { unknown: /ListenerPort/, change: template => { properties(template, 'Listener').Port = parameter(template, 'ListenerPort', 'Number'); } },
  'actions of a listener that are a parameter of a condition': {
    unknown: /Maintenance/,
    change: template => {
      const { DefaultActions: actions } = properties(template, 'Listener');
      const closed = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }];
      properties(template, 'Listener').DefaultActions = { 'Fn::If': [condition(template, 'Maintenance'), closed, actions] };
    },
  },
  'an Auto Scaling group with a launch template of elsewhere': scaled(/lt-0123456789abcdef0/, () => ({ LaunchTemplate: { LaunchTemplateId: 'lt-0123456789abcdef0', Version: '1' } })),
  'an Auto Scaling group with a launch template that is a parameter': scaled(/Template/, template => ({ LaunchTemplate: { LaunchTemplateId: parameter(template, 'Template'), Version: '1' } })),
  'an Auto Scaling group of an instance that exists': scaled(/i-0123456789abcdef0/, () => ({ InstanceId: 'i-0123456789abcdef0' })),
  'an Auto Scaling group in subnets that are a parameter': scaled(/Subnets/, template => {
    template.Resources.Template = resource('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { ImageId: 'ami-0123456789abcdef0', SecurityGroupIds: [att('ServerGroup', 'GroupId')] } });
    const subnets = parameter(template, 'Subnets', 'List<AWS::EC2::Subnet::Id>');
    return { LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: att('Template', 'LatestVersionNumber') }, VPCZoneIdentifier: subnets };
  }),
  'tasks with security groups that are a parameter': tasks(/TaskGroups/, template => ({ SecurityGroups: parameter(template, 'TaskGroups', 'List<AWS::EC2::SecurityGroup::Id>') })),
  'tasks in subnets that are a parameter': tasks(/TaskSubnets/, template => ({ Subnets: parameter(template, 'TaskSubnets', 'List<AWS::EC2::Subnet::Id>') })),
};
