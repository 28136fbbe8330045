import { CfnResource } from 'aws-cdk-lib/core';
import { circle, newStack } from './util';

test('a circle of references is found, and a chain is none', () => {
  const stack = newStack();
  const [a, b, c] = ['A', 'B', 'C'].map(id => new CfnResource(stack, id, { type: 'AWS::SNS::Topic', properties: {} }));
  a.addPropertyOverride('TopicName', b.ref);
  b.addPropertyOverride('TopicName', c.ref);
  expect(circle(stack)).toEqual([]);

  const other = newStack('Other');
  const [d, e] = ['D', 'E'].map(id => new CfnResource(other, id, { type: 'AWS::SNS::Topic', properties: {} }));
  d.addPropertyOverride('TopicName', { 'Fn::GetAtt': ['E', 'TopicArn'] });
  e.addOverride('DependsOn', ['D']);
  expect(circle(other)).toEqual(['D', 'E', 'D']);
});
