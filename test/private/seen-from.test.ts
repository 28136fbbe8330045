import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { App, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib/core';
import { nestedIn, seenFrom } from '../../src/private/seen-from';
import { newStack, TOKYO } from '../util';

/** How the template of a stack reads the id of a VPC that stands elsewhere. */
function readFrom(reader: Stack, owner: Stack): string {
  const vpc = new ec2.CfnVPC(owner, 'Vpc', { cidrBlock: '10.1.0.0/16' });
  new CfnOutput(reader, 'Out', { value: `id: ${seenFrom(reader, vpc, vpc.ref)}` });
  const { directory } = (reader.node.root as App).synth();
  const { Outputs } = JSON.parse(readFileSync(join(directory, reader.templateFile), 'utf8'));
  const [, reference] = Outputs.Out.Value['Fn::Join'][1];
  return Object.entries(reference).map(([how, what]) => how === 'Ref' ? `${how} ${`${what}`.replace(/^reference.*/, 'parameter')}` : how).join();
}

const top = (id: string, scope: App | Stack) => new Stack(scope, id, { env: TOKYO });

describe('a value is read', () => {
  test('as it is in its own stack', () => {
    const stack = top('Stack', new App());
    expect(readFrom(stack, stack)).toBe('Ref Vpc');
  });

  test('weakly from another stack', () => {
    const app = new App();
    expect(readFrom(top('Reader', app), top('Owner', app))).toBe('Fn::GetStackOutput');
  });

  test.each<[string, (outer: Stack) => [Stack, Stack]]>([
    ['beside it', outer => [top('Reader', outer), top('Owner', outer)]],
    ['around it', outer => [outer, top('Owner', outer)]],
    ['within it', outer => [top('Reader', outer), outer]],
  ])('weakly from a stack that merely stands in the scope of another: %s', (_, stacks) => {
    expect(readFrom(...stacks(top('Outer', new App())))).toBe('Fn::GetStackOutput');
  });

  test('as it is from a stack that is nested in the same one, with which it is deployed', () => {
    const outer = top('Outer', new App());
    expect(readFrom(new NestedStack(outer, 'Reader'), outer)).toBe('Ref parameter');
  });
});

test('a stack is nested in those that deploy it, from within', () => {
  const outer = newStack();
  const middle = new NestedStack(outer, 'Middle');
  const inner = new NestedStack(middle, 'Inner');
  expect(nestedIn(inner)).toEqual([inner, middle, outer]);
  expect(nestedIn(new Stack(inner, 'Apart'))).toHaveLength(1);
});
