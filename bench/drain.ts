/**
 * Requests that are lost when a hub's endpoint loses a subnet, with the drain before the endpoints and without it: the real handler against the stand-in of the tests, on its clock.
 *
 * Taken for granted, because only an account could show it: the interface goes when CloudFormation begins to update the endpoint, which takes 20 s; targets are checked every 30 s and given up after 3 failures.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { number, table } from './table';
import { DRAIN_TYPE, DrainProperties, REGISTRATION_TYPE } from '../src/handler/contract';
import { CustomResource, FakeAws } from '../test/fakes';

const BUNDLE = readFileSync(join(__dirname, '../assets/handler/custom-resources.lambda/index.js'), 'utf8');
const load = createRequire(__filename);
const ENDPOINT_UPDATE_MS = 20_000;
const BETWEEN_REQUESTS_MS = 50;
const LONGEST_REQUEST_MS = 25_000;

interface Result {
  readonly requests: number;
  readonly lost: number;
  readonly seconds: number;
}

interface Request {
  readonly address: string;
  readonly end: number;
}

async function removeSubnet(withDrain: boolean): Promise<Result> {
  const aws = FakeAws.inProcess();
  const modules = aws.modules();
  const handler = aws.process.load(BUNDLE, name => modules[name] ?? load(name));
  const vpc = aws.network.createVpc(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
  const endpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
  const group = aws.targetGroups.create({ vpc });
  group.attributes.set('deregistration_delay.timeout_seconds', '30');
  group.timing = { registrationSeconds: 1, firstCheckSeconds: 5, unhealthySeconds: 90, healthySeconds: 90 };

  const subnetsOf = (count: number) => vpc.subnets.slice(0, count).map(({ subnetId }) => subnetId);
  const drain = new CustomResource({ handler, resourceType: DRAIN_TYPE, logicalResourceId: 'EndpointDrain' });
  const drainProperties = (count: number): { Endpoints: DrainProperties['Endpoints'] } => ({ Endpoints: { Endpoint: { SubnetIds: subnetsOf(count), Targets: [{ TargetGroupArn: group.targetGroupArn, Registration: 'Registration' }] } } });
  const registration = new CustomResource({ handler, resourceType: REGISTRATION_TYPE, logicalResourceId: 'Registration' });
  const registrationProperties = (count: number) => ({
    EndpointId: endpoint.vpcEndpointId,
    NetworkInterfaceIds: aws.network.networkInterfaceIds(endpoint),
    SubnetIds: subnetsOf(count),
    TargetGroupArn: group.targetGroupArn,
    TargetGroupVpcId: vpc.vpcId,
    Port: 80,
  });
  await drain.create(drainProperties(3));
  await registration.create(registrationProperties(3));
  aws.clock.advance(60_000);

  let requests = 0;
  let lost = 0;
  let inFlight: Request[] = [];
  let next = aws.clock.now();
  const isThere = (address: string) => endpoint.networkInterfaces.some(({ privateIpAddress }) => privateIpAddress === address);
  const traffic = () => {
    for (const now = aws.clock.now(); next <= now; next += BETWEEN_REQUESTS_MS) {
      const healthy = group.targets.filter(target => aws.targetGroups.healthOf(group, target).state === 'healthy');
      const { id } = healthy[requests % healthy.length];
      requests += 1;
      if (isThere(id)) {
        inFlight.push({ address: id, end: next + requests * 37 % LONGEST_REQUEST_MS });
      } else {
        lost += 1;
      }
      inFlight = inFlight.filter(({ end }) => end > next);
    }
  };
  aws.clock.watch(traffic);

  const start = aws.clock.now();
  if (withDrain) { await drain.update(drainProperties(2)); }
  aws.network.removeSubnet(endpoint, vpc.subnets[2]);
  lost += inFlight.filter(({ address }) => !isThere(address)).length;
  inFlight = inFlight.filter(({ address }) => isThere(address));
  aws.clock.advance(ENDPOINT_UPDATE_MS);
  await registration.update(registrationProperties(2));
  const seconds = (aws.clock.now() - start) / 1000;
  aws.clock.advance(60_000);
  return { requests, lost, seconds };
}

export async function subnetLess(): Promise<string> {
  const { log } = console;
  // the handler writes its decisions
  console.log = () => undefined;
  const [withDrain, without] = [await removeSubnet(true), await removeSubnet(false)];
  console.log = log;
  const row = (name: string, { requests, lost, seconds }: Result) => [name, `${lost} of ${number(requests)}`, `${number(100 * lost / requests, 1)} %`, `${number(seconds)} s`];
  return `## A subnet less

20 requests a second of up to 25 s go through a group with three addresses while one subnet is removed from its endpoint: the function against the stand-in of the tests, on its clock, which takes the interface at the beginning of the update.

${table(['', 'requests lost', '', 'update'], [row('with the drain', withDrain), row('without it', without)])}
`;
}
