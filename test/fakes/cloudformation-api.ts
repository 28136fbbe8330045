import { ACCOUNT, REGION } from './environment';
import { Pages } from './pages';
import { Action, AwsError, Params, Service, text, XmlStructure } from './protocol';
import { queryService } from './query';
import { FakeStack, StackResource, Stacks } from './stacks';

const PAGE_SIZE = 100;
const CREATION_TIME = '2026-01-01T00:00:00.000Z';

/** CloudFormation as far as a function may ask it about its own stack. */
export function cloudFormation(stacks: Stacks): Service {
  const pages = new Pages<StackResource>();
  const resources = (params: Params) => {
    const name = text(params, 'StackName') ?? '*';
    return [stacks.find(name)?.stackId ?? (name.startsWith('arn:') ? name : `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/*`)];
  };

  const describeStacks: Action = {
    resources,
    notFound: params => stackNotFound(params),
    run: params => {
      const name = text(params, 'StackName');
      const described = name === undefined ? [...stacks.all.values()].filter(({ status }) => status !== 'DELETE_COMPLETE') : [existing(stacks, params)];
      return {
        Stacks: described.map(({ stackId, stackName, status }) => ({
          StackId: stackId, StackName: stackName, CreationTime: CREATION_TIME, StackStatus: status,
        })),
      };
    },
  };

  const listStackResources: Action = {
    resources,
    notFound: params => stackNotFound(params),
    shorten: (answer, omit) => {
      const list = answer.StackResourceSummaries as XmlStructure[];
      return { ...answer, StackResourceSummaries: list.slice(0, Math.max(0, list.length - omit)) };
    },
    run: (params, limit) => {
      const stack = existing(stacks, params);
      const page = pages.take(text(params, 'NextToken'), limit ?? PAGE_SIZE, () => [...stack.resources]);
      if (!page) { throw new AwsError('ValidationError', `Invalid next token '${text(params, 'NextToken')}'`); }
      return { StackResourceSummaries: page.items.map(resourceXml), NextToken: page.next };
    },
  };

  return queryService('cloudformation', '2010-05-15', { DescribeStacks: describeStacks, ListStackResources: listStackResources });
}

function resourceXml({ logicalResourceId, physicalResourceId, resourceType }: StackResource): XmlStructure {
  return {
    LogicalResourceId: logicalResourceId,
    PhysicalResourceId: physicalResourceId,
    ResourceType: resourceType,
    LastUpdatedTimestamp: CREATION_TIME,
    ResourceStatus: 'CREATE_COMPLETE',
  };
}

function existing(stacks: Stacks, params: Params): FakeStack {
  const stack = stacks.find(text(params, 'StackName') ?? '');
  if (!stack) { throw stackNotFound(params); }
  return stack;
}

function stackNotFound(params: Params): AwsError {
  return new AwsError('ValidationError', `Stack with id ${text(params, 'StackName')} does not exist`);
}
