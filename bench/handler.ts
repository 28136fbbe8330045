/** The function of this library and that of `AwsCustomResource`, each with the real SDK against the stand-in of the tests, over a whole life of what they look after. */
import { ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { compiled, ROOT } from './measure';
import { compared, number, table } from './table';
import { REGISTRATION_TYPE } from '../src/handler/contract';
import { CustomResource, Endpoint, FakeAws, HandlerResponse, TargetGroup } from '../test/fakes';

const RUNS = 7;

const BUNDLES = {
  library: join(ROOT, 'assets/handler/custom-resources.lambda/index.js'),
  AwsCustomResource: join(ROOT, 'node_modules/aws-cdk-lib/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js'),
};
type Name = keyof typeof BUNDLES;

type Properties = (endpoint: Endpoint, group: TargetGroup, aws: FakeAws, refresh?: string) => Record<string, unknown>;

/** What the templates of both sides give them. */
const PROPERTIES: { [name in Name]: Properties } = {
  library: (endpoint, group, aws, refresh) => ({
    EndpointId: endpoint.vpcEndpointId,
    NetworkInterfaceIds: aws.network.networkInterfaceIds(endpoint),
    SubnetIds: endpoint.networkInterfaces.map(({ subnet }) => subnet.subnetId),
    TargetGroupArn: group.targetGroupArn,
    TargetGroupVpcId: group.vpcId,
    Port: 80,
    Refresh: refresh,
  }),
  AwsCustomResource: (endpoint, _, aws, refresh) => {
    const call = JSON.stringify({
      service: 'EC2',
      action: 'describeNetworkInterfaces',
      parameters: { NetworkInterfaceIds: aws.network.networkInterfaceIds(endpoint) },
      outputPaths: endpoint.networkInterfaces.map((__, n) => `NetworkInterfaces.${n}.PrivateIpAddress`),
      physicalResourceId: { id: endpoint.vpcEndpointId },
    });
    return { Create: call, Update: call, InstallLatestAwsSdk: false, Refresh: refresh };
  },
};

interface Life {
  readonly coldMs: number;
  readonly mb: number;
  readonly create: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly remove: number;
}

interface Answered {
  readonly answer?: HandlerResponse;
  readonly error?: string;
  readonly ms: number;
  readonly mb: number;
}

async function send(child: ChildProcess, event: object): Promise<Answered> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.send(event);
  });
}

/** Create, an event that changes nothing, a subnet more, Delete. Each event meets the same process, the first one a new one. */
async function live(name: Name, script: string): Promise<Life> {
  const aws = await FakeAws.start();
  const vpc = aws.network.createVpc(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
  const endpoint = aws.network.createEndpoint({ subnets: vpc.subnets.slice(0, 2) });
  const group = aws.targetGroups.create({ vpc, deregistrationDelay: 30 });
  const child = fork(script, [BUNDLES[name], 'hurry'], { env: { ...process.env, ...aws.environment }, execArgv: [] });
  let [first, calls]: [Answered | undefined, number] = [undefined, 0];
  const resource = new CustomResource({
    resourceType: name === 'library' ? REGISTRATION_TYPE : 'Custom::AWS',
    handler: async event => {
      const answered = await send(child, event);
      first ??= answered;
      if (answered.error) { throw new Error(answered.error); }
      return answered.answer!;
    },
  });
  const callsOf = async (run: () => Promise<unknown>) => {
    await run();
    return aws.calls.length - calls;
  };
  const step = async (run: () => Promise<unknown>) => {
    calls = aws.calls.length;
    const made = await callsOf(run);
    aws.clock.advance(60_000);
    return made;
  };
  try {
    const create = await step(() => resource.create(PROPERTIES[name](endpoint, group, aws)));
    // what the process sleeps is cut short, so that calls take the time of the stand-in
    aws.latency = 5_000;
    const unchanged = await step(() => resource.update(PROPERTIES[name](endpoint, group, aws, 'again')));
    aws.network.addSubnet(endpoint, vpc.subnets[2]);
    const changed = await step(() => resource.update(PROPERTIES[name](endpoint, group, aws, 'again')));
    // rules go before registrations, and then the group is in no use
    group.inUse = false;
    const remove = await step(() => resource.delete());
    return { coldMs: first!.ms, mb: first!.mb, create, unchanged, changed, remove };
  } finally {
    child.kill();
    await aws.stop();
  }
}

export async function handler(): Promise<string> {
  const script = compiled('handler-run');
  const lives: { [name in Name]: Life[] } = { library: [], AwsCustomResource: [] };
  for (let run = 0; run <= RUNS; run++) {
    for (const name of Object.keys(BUNDLES) as Name[]) {
      const life = await live(name, script);
      if (run > 0) { lives[name].push(life); }
    }
  }
  const of = (name: Name, what: keyof Life) => Math.min(...lives[name].map(life => life[what]));
  const row = (title: string, what: keyof Life, unit?: string) => compared(title, of('library', what), of('AwsCustomResource', what), unit);
  const size = (name: Name) => readFileSync(BUNDLES[name]);

  return `## The function

The function of this library and that of \`AwsCustomResource\`, both as they are deployed, with the AWS SDK as it is, against the [stand-in](../test/fakes) for EC2 and Elastic Load Balancing that the tests use. Cold is from an empty process until the
first creation is answered, with the clients of the SDK that it loads on the way; memory is the most that the process had then. On Lambda the framework's function, of ${number(frameworkBytes())} bytes, comes before the one of this library, and is not in here.

${table(['', 'library', 'AwsCustomResource', 'ratio'], [
  compared('bundle', size('library').length, size('AwsCustomResource').length, 'bytes'),
  compared('bundle, compressed', deflateRawSync(size('library')).length, deflateRawSync(size('AwsCustomResource')).length, 'bytes'),
  row('cold, first creation', 'coldMs', 'ms'),
  row('memory', 'mb', 'MB'),
  row('API calls of a creation', 'create'),
  row('of an event that changes nothing', 'unchanged'),
  row('of a subnet more', 'changed'),
  row('of a deletion', 'remove'),
])}

The two do not do the same. \`AwsCustomResource\` asks once what the addresses are, and CloudFormation registers what it answered. The function of this library registers them itself, writes down which, waits until new ones are healthy and old ones have drained: its
calls of a change are mostly looks at the health of targets, every 5 s.
`;
}

/** What \`custom_resources.Provider\` deploys in front of a function. */
function frameworkBytes(): number {
  const folder = join(ROOT, 'node_modules/aws-cdk-lib/custom-resources/lib/provider-framework/runtime');
  return ['cfn-response', 'consts', 'framework', 'outbound', 'util'].reduce((sum, name) => sum + readFileSync(join(folder, `${name}.js`)).length, 0);
}
