import fc from 'fast-check';
import { Check } from '../../../src/reachability/contract';
import { Range, range } from '../../../src/reachability/model/address';
import { Network } from '../../../src/reachability/model/network';
import { Place } from '../../../src/reachability/model/parties';
import { Reference, Unknown } from '../../../src/reachability/template/values';
import { NetworkAcls } from '../../../src/reachability/walk/acl';
import { Trace } from '../../../src/reachability/walk/trace';

interface Entry {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  readonly block: string;
  readonly protocol: number;
  readonly from?: number;
  readonly to?: number;
}

const entryOf = ({ number, egress, allow, block, protocol, from, to }: Entry) => ({
  Type: 'AWS::EC2::NetworkAclEntry',
  Properties: {
    NetworkAclId: { Ref: 'Acl' },
    RuleNumber: number,
    Egress: egress,
    RuleAction: allow ? 'allow' : 'deny',
    Protocol: protocol,
    ...block.includes(':') ? { Ipv6CidrBlock: block } : { CidrBlock: block },
    ...from === undefined ? {} : { PortRange: { From: from, To: to } },
  },
});

/** Two subnets, the second of which has a network ACL. */
function network(entries: readonly Entry[], more: { [id: string]: unknown } = {}, blocks: readonly unknown[] = ['10.0.0.0/28', '10.0.1.0/28']) {
  const subnets = Object.fromEntries(blocks.map((CidrBlock, index) => [`Subnet${index}`, { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock } }]));
  const net = new Network([{
    stack: 'Net',
    body: {
      Parameters: { Given: { Type: 'String' } },
      Conditions: { Perhaps: { 'Fn::Equals': [{ Ref: 'Given' }, 'a'] } },
      Resources: {
        Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
        ...subnets,
        Acl: { Type: 'AWS::EC2::NetworkAcl', Properties: { VpcId: { Ref: 'Vpc' } } },
        Association: { Type: 'AWS::EC2::SubnetNetworkAclAssociation', Properties: { SubnetId: { Ref: 'Subnet1' }, NetworkAclId: { Ref: 'Acl' } } },
        ...Object.fromEntries(entries.map((one, index) => [`Entry${index}`, entryOf(one)])),
        ...more,
      },
    },
  }]);
  const trace = new Trace();
  const place = (index: number, address?: string): Place => ({
    subnet: net.vpcs.subnet(new Reference(net.stacks.all[0].resources.get(`Subnet${index}`)!, 'Ref')),
    address: address === undefined ? undefined : range(address),
  });
  return { acls: new NetworkAcls(trace), place, trace };
}

function checks(list: readonly Entry[], port: number | { from: number; to: number } = 80, more = {}, blocks?: readonly unknown[]): readonly Check[] {
  const { acls, place } = network(list, more, blocks);
  return acls.check(place(0), place(1), 'tcp', typeof port === 'number' ? { from: port, to: port } : port);
}

const verdicts = (list: readonly Check[]) => list.map(({ name, verdict }) => `${name.replace('network ACL ', '')}: ${verdict}`);

/** What the entries say of one packet. */
function decision(list: readonly Entry[], egress: boolean, address: string, port: number, protocol = 6): boolean {
  const number = (text: string) => range(text)!.first;
  const carries = (one: Entry) => one.protocol === -1 || (one.protocol === protocol && (one.from ?? 0) <= port && port <= (one.to ?? 65535));
  const holds = ({ family, first, last }: Range) => family === 4 && first <= number(address) && number(address) <= last;
  const [first] = list.filter(one => one.egress === egress && carries(one) && holds(range(one.block)!))
    .sort((a, b) => a.number - b.number);
  return first?.allow ?? false;
}

const entries = fc.uniqueArray(fc.record({
  number: fc.integer({ min: 1, max: 50 }),
  egress: fc.boolean(),
  allow: fc.boolean(),
  block: fc.constantFrom('0.0.0.0/0', '10.0.0.0/16', '10.0.0.0/28', '10.0.0.0/29', '10.0.0.8/29', '10.0.1.0/28', '192.168.0.0/16', '::/0'),
  protocol: fc.constantFrom(-1, 6, 6, 17),
  ports: fc.constantFrom([0, 65535], [80, 80], [1, 100], [443, 443], [1024, 65535], [32768, 60999], [1024, 2000], [40000, 50000]),
}).map(({ ports: [from, to], ...one }): Entry => one.protocol === -1 ? one : { ...one, from, to }), { selector: one => one.number, maxLength: 8 });

test('what an ACL lets through, it lets through for every address and port, and what it stops, it stops for all of them', () => {
  const addresses = ['10.0.0.0', '10.0.0.7', '10.0.0.8', '10.0.0.15'];
  fc.assert(fc.property(entries, fc.constantFrom({ from: 80, to: 80 }, { from: 443, to: 443 }, { from: 70, to: 90 }), (list, ports) => {
    const [request, answer] = checks(list, ports);
    const requests = addresses.flatMap(address => [ports.from, ports.to].map(port => decision(list, false, address, port)));
    const answers = (all: number[]) => addresses.flatMap(address => all.map(port => decision(list, true, address, port)));
    const agrees = (check: Check, sure: boolean[], possible: boolean[]) => check.verdict === 'unknown' || (check.verdict === 'reachable' ? sure.every(one => one) : possible.every(one => !one));
    // Linux uses the middle of the ports that are anybody's choice
    return agrees(request, requests, requests) && agrees(answer, answers([1024, 2000, 32768, 45000, 60999, 65535]), answers([32768, 45000, 60999]));
  }), { numRuns: 1000 });
});

test('what is certain is not unknown', () => {
  const whole = entries.map(list => list.map(one => ({ ...one, block: '0.0.0.0/0', from: one.protocol === -1 ? undefined : 0, to: one.protocol === -1 ? undefined : 65535 })));
  fc.assert(fc.property(whole, list => checks(list).every(check => check.verdict !== 'unknown')), { numRuns: 200 });
});

test('a subnet without an ACL of its own is not looked at', () => {
  const { acls, place } = network([]);
  expect(acls.check(place(0), place(0), 'tcp', { from: 80, to: 80 })).toEqual([]);
  expect(verdicts(acls.check(place(0), place(1), 'tcp', { from: 80, to: 80 }))).toEqual(['inbound: blocked', 'outbound of the answer: blocked']);
  expect(verdicts(acls.check(place(1), place(0), 'tcp', { from: 80, to: 80 }))).toEqual(['outbound: blocked', 'inbound of the answer: blocked']);
});

test('within a subnet nothing is filtered', () => {
  const { acls, place } = network([]);
  expect(acls.check(place(1), place(1), 'tcp', { from: 80, to: 80 })).toEqual([]);
});

const IN: Entry = { number: 100, egress: false, allow: true, block: '0.0.0.0/0', protocol: 6, from: 80, to: 80 };
const OUT: Entry = { number: 100, egress: true, allow: true, block: '0.0.0.0/0', protocol: 6, from: 1024, to: 65535 };

test('a request and its answer are let through by one entry each', () => {
  expect(verdicts(checks([IN, OUT]))).toEqual(['inbound: reachable', 'outbound of the answer: reachable']);
});

test('an answer to some of the ports leaves unknown which one the client chooses', () => {
  expect(verdicts(checks([IN, { ...OUT, from: 32768 }]))).toEqual(['inbound: reachable', 'outbound of the answer: unknown']);
});

test('an answer to none of the usual ports is stopped', () => {
  expect(verdicts(checks([IN, { ...OUT, to: 2000 }]))).toEqual(['inbound: reachable', 'outbound of the answer: blocked']);
});

test('entries count by their numbers, not by their order', () => {
  expect(verdicts(checks([{ ...IN, number: 200 }, { ...IN, number: 100, allow: false }, OUT]))[0]).toBe('inbound: blocked');
  expect(verdicts(checks([{ ...IN, number: 200, allow: false }, { ...IN, number: 100 }, OUT]))[0]).toBe('inbound: reachable');
});

test('the address of a target is looked at, where it has one', () => {
  const { acls, place } = network([{ ...IN, block: '10.0.0.4/32' }, OUT]);
  expect(acls.check(place(0, '10.0.0.4'), place(1), 'tcp', { from: 80, to: 80 })[0].verdict).toBe('reachable');
  expect(acls.check(place(0, '10.0.0.5'), place(1), 'tcp', { from: 80, to: 80 })[0].verdict).toBe('blocked');
  expect(acls.check(place(0), place(1), 'tcp', { from: 80, to: 80 })[0].verdict).toBe('unknown');
});

describe('what the templates do not tell', () => {
  const inbound = (properties: object, condition?: string) => ({ Unknown: { Type: 'AWS::EC2::NetworkAclEntry', Condition: condition, Properties: { ...entryOf({ ...IN, number: 50 }).Properties, ...properties } } });

  test.each<[string, object, string | undefined]>([
    ['addresses', { CidrBlock: { Ref: 'Given' } }, undefined], ['a protocol', { Protocol: { Ref: 'Given' } }, undefined], ['whether an entry is there', {}, 'Perhaps'],
  ])('%s leaves it unknown', (_, properties, condition) => { expect(verdicts(checks([OUT], 80, inbound(properties, condition)))[0]).toBe('inbound: unknown'); });

  test('does not matter where its ports do not fit', () => {
    expect(verdicts(checks([IN, OUT], 80, inbound({ CidrBlock: { Ref: 'Given' }, PortRange: { From: 22, To: 22 } })))[0]).toBe('inbound: reachable');
  });

  test('does not matter after an entry that decides', () => {
    expect(verdicts(checks([{ ...IN, number: 10 }, OUT], 80, inbound({ CidrBlock: { Ref: 'Given' } })))[0]).toBe('inbound: reachable');
  });

  test.each([['RuleAction', { Ref: 'Given' }], ['RuleNumber', { Ref: 'Given' }], ['Egress', { Ref: 'Given' }], ['PortRange', { From: { Ref: 'Given' }, To: { Ref: 'Given' } }]])(
    '%s leaves it unknown', (name, value) => { expect(verdicts(checks([OUT], 80, inbound({ [name]: value })))[0]).toBe('inbound: unknown'); });

  test('the addresses of the sender leave unknown what is for a part of all', () => {
    const blocks = [{ Ref: 'Given' }, '10.0.1.0/28'];
    expect(verdicts(checks([IN, OUT], 80, {}, blocks))).toEqual(['inbound: reachable', 'outbound of the answer: reachable']);
    expect(verdicts(checks([{ ...IN, block: '10.0.0.0/28' }, OUT], 80, {}, blocks))[0]).toBe('inbound: unknown');
  });

  test('the addresses of the sender do not make a part of the ports all of them', () => {
    expect(verdicts(checks([IN, { ...OUT, to: 2000 }], 80, {}, [{ Ref: 'Given' }, '10.0.1.0/28']))[1]).not.toBe('outbound of the answer: reachable');
  });

  test('the port leaves everything unknown', () => {
    const { acls, place, trace } = network([IN, OUT]);
    expect(acls.check(place(0), place(1), 'tcp', new Unknown('the port')).map(({ verdict }) => verdict)).toEqual(['unknown']);
    expect(trace.findings()).toEqual([]);
  });
});

describe('the fix', () => {
  /** The check of a request through an ACL after the fix of the check before it. */
  function fixed(list: readonly Entry[]): { number?: number; verdict: string } {
    const { acls, place, trace } = network(list);
    const [check] = acls.check(place(0), place(1), 'tcp', { from: 80, to: 80 });
    trace.path(place(0).subnet as never, place(1).subnet as never, 'listener', [{ from: { kind: 'vpc', label: 'a' }, to: { kind: 'vpc', label: 'b' }, traffic: '', verdict: 'blocked', checks: [check] }]);
    const [{ fix: { patches } }] = trace.findings();
    const added = (patches[0]?.merge as { Resources: { [id: string]: { Properties: { RuleNumber: number } } } } | undefined)?.Resources ?? {};
    const [after] = checks(list, 80, added);
    return { number: Object.values(added)[0]?.Properties.RuleNumber, verdict: after.verdict };
  }

  test('is an entry more', () => { expect(fixed([OUT])).toEqual({ number: 100, verdict: 'reachable' }); });
  test('is an entry before the one that denies it', () => { expect(fixed([{ ...IN, allow: false }, OUT])).toEqual({ number: 99, verdict: 'reachable' }); });
  test('has a number that is free', () => { expect(fixed([{ ...IN, allow: false }, { ...IN, number: 99, from: 22, to: 22 }, OUT])).toEqual({ number: 98, verdict: 'reachable' }); });
  test('is left to people where no number is free', () => { expect(fixed([{ ...IN, number: 1, allow: false }, OUT])).toEqual({ number: undefined, verdict: 'blocked' }); });
  test('helps whatever the entries are', () => {
    fc.assert(fc.property(entries.filter(list => checks(list)[0].verdict === 'blocked'), list => { const { number, verdict } = fixed(list); return number === undefined || verdict === 'reachable'; }), { numRuns: 100 });
  });
});
