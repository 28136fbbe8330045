import { Network } from './network';
import { Pages } from './pages';
import { Action, AwsError, Params, Service, structures, text, texts, XmlStructure } from './protocol';
import { queryService } from './query';
import { Tag, validateTagKey, validateTags } from './tags';
import { TargetDescription, TargetGroup } from './target-group';
import { TargetGroups } from './target-groups';

const VERSION = '2015-12-01';
/** How many groups one call may name: AWS documents it for DescribeTags, and answers so for DescribeTargetGroups. */
const GROUPS_PER_CALL = 20;
const PAGE_SIZE = { min: 1, max: 400 };

/** Elastic Load Balancing as far as it knows target groups. */
export function elbv2(network: Network, groups: TargetGroups): Service {
  const pages = new Pages<TargetGroup>();

  const registerTargets: Action = onTargetGroup((group, params) => {
    groups.register(group, targetDescriptions(params));
    return {};
  });

  const deregisterTargets: Action = onTargetGroup((group, params) => {
    groups.deregister(group, targetDescriptions(params));
    return {};
  });

  const describeTargetHealth: Action = {
    ...withoutResource(params => [text(params, 'TargetGroupArn') ?? ''], 'TargetHealthDescriptions'),
    run: params => {
      const group = targetGroup(groups, required(params, 'TargetGroupArn'));
      const asked = structures(params, 'Targets').length > 0 ? targetDescriptions(params) : group.targets;
      return {
        TargetHealthDescriptions: network.shuffled(asked).map(({ id, port = group.port, availabilityZone }) => {
          const zone = group.targets.find(target => target.id === id && target.port === port)?.availabilityZone ?? availabilityZone;
          const { state, reason, description } = groups.healthOf(group, { id, port });
          return {
            Target: { Id: id, Port: port, AvailabilityZone: zone },
            HealthCheckPort: String(port),
            TargetHealth: { State: state, Reason: reason, Description: description },
          };
        }),
      };
    },
  };

  const describeTargetGroups: Action = {
    ...withoutResource(params => texts(params, 'TargetGroupArns'), 'TargetGroups'),
    run: (params, limit) => {
      const arns = texts(params, 'TargetGroupArns');
      limitGroups(arns);
      const pageSize = Number(text(params, 'PageSize') ?? PAGE_SIZE.max);
      if (!(pageSize >= PAGE_SIZE.min && pageSize <= PAGE_SIZE.max)) {
        throw new AwsError('ValidationError', `Page size must be between '${PAGE_SIZE.min}' and '${PAGE_SIZE.max}'`);
      }
      const marker = text(params, 'Marker');
      const all = arns.length > 0 ? arns.map(arn => targetGroup(groups, arn)) : [...groups.all.values()];
      const page = pages.take(marker, limit ?? pageSize, () => network.shuffled(all));
      if (!page) { throw new AwsError('ValidationError', `Invalid marker '${marker}'`); }
      return { TargetGroups: page.items.map(targetGroupXml), NextMarker: page.next };
    },
  };

  const describeTargetGroupAttributes: Action = {
    ...withoutResource(params => [text(params, 'TargetGroupArn') ?? ''], 'Attributes'),
    run: params => {
      const { attributes } = targetGroup(groups, required(params, 'TargetGroupArn'));
      return { Attributes: network.shuffled(attributes).map(([key, value]) => ({ Key: key, Value: value })) };
    },
  };

  const describeTags: Action = {
    ...withoutResource(params => texts(params, 'ResourceArns'), 'TagDescriptions'),
    run: params => {
      const arns = texts(params, 'ResourceArns');
      if (arns.length === 0) { throw missing('ResourceArns'); }
      limitGroups(arns);
      const described = arns.map(arn => targetGroup(groups, arn));
      return {
        TagDescriptions: network.shuffled(described).map(group => ({
          ResourceArn: group.targetGroupArn,
          Tags: network.shuffled(group.tags).map(([key, value]) => ({ Key: key, Value: value })),
        })),
      };
    },
  };

  const addTags: Action = onResources((tagged, params) => {
    const tags: Tag[] = structures(params, 'Tags').map(tag => ({ key: text(tag, 'Key') ?? '', value: text(tag, 'Value') ?? '' }));
    tagged.forEach(group => validateTags(group.tags, tags));
    tagged.forEach(group => tags.forEach(tag => group.tags.set(tag.key, tag.value)));
  });

  const removeTags: Action = onResources((tagged, params) => {
    const keys = texts(params, 'TagKeys');
    keys.forEach(validateTagKey);
    tagged.forEach(group => keys.forEach(key => group.tags.delete(key)));
  });

  function onTargetGroup(run: (group: TargetGroup, params: Params) => XmlStructure): Action {
    return {
      resources: params => [text(params, 'TargetGroupArn') ?? ''],
      notFound: params => groupsNotFound([text(params, 'TargetGroupArn') ?? '']),
      run: params => run(targetGroup(groups, required(params, 'TargetGroupArn')), params),
    };
  }

  function onResources(run: (tagged: TargetGroup[], params: Params) => void): Action {
    return {
      resources: params => texts(params, 'ResourceArns'),
      notFound: params => groupsNotFound(texts(params, 'ResourceArns')),
      run: params => {
        const arns = texts(params, 'ResourceArns');
        if (arns.length === 0) { throw missing('ResourceArns'); }
        run(arns.map(arn => targetGroup(groups, arn)), params);
        return {};
      },
    };
  }

  return queryService('elasticloadbalancing', VERSION, {
    RegisterTargets: registerTargets,
    DeregisterTargets: deregisterTargets,
    DescribeTargetHealth: describeTargetHealth,
    DescribeTargetGroups: describeTargetGroups,
    DescribeTargetGroupAttributes: describeTargetGroupAttributes,
    DescribeTags: describeTags,
    AddTags: addTags,
    RemoveTags: removeTags,
  });
}

function withoutResource(arns: (params: Params) => string[], list: string): Pick<Action, 'notFound' | 'shorten'> {
  return {
    notFound: params => groupsNotFound(arns(params)),
    shorten: (answer, omit) => {
      const items = answer[list] as XmlStructure[];
      return { ...answer, [list]: items.slice(0, Math.max(0, items.length - omit)) };
    },
  };
}

function targetDescriptions(params: Params): TargetDescription[] {
  const targets = structures(params, 'Targets');
  if (targets.length === 0) { throw missing('Targets'); }
  return targets.map(target => {
    const port = text(target, 'Port');
    return { id: required(target, 'Id'), port: port === undefined ? undefined : Number(port), availabilityZone: text(target, 'AvailabilityZone') };
  });
}

function targetGroup(groups: TargetGroups, arn: string): TargetGroup {
  if (!/^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w-]+\/[0-9a-f]{16}$/.test(arn)) {
    throw new AwsError('ValidationError', `'${arn}' is not a valid target group ARN`);
  }
  const group = groups.all.get(arn);
  if (!group) { throw groupsNotFound([arn]); }
  return group;
}

function targetGroupXml(group: TargetGroup): XmlStructure {
  return {
    TargetGroupArn: group.targetGroupArn,
    TargetGroupName: group.targetGroupName,
    TargetType: 'ip',
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    IpAddressType: group.ipAddressType,
    LoadBalancerArns: [],
  };
}

function limitGroups(arns: string[]): void {
  if (arns.length > GROUPS_PER_CALL) {
    throw new AwsError('ValidationError', `You cannot describe more than '${GROUPS_PER_CALL}' target groups at a time`);
  }
}

function required(params: Params, name: string): string {
  const value = text(params, name);
  if (value === undefined) { throw missing(name); }
  return value;
}

function missing(name: string): AwsError {
  return new AwsError('ValidationError', `'${name}' must be specified`);
}

function groupsNotFound(arns: string[]): AwsError {
  return new AwsError('TargetGroupNotFound', `Target groups '${arns.join(', ')}' not found`);
}
