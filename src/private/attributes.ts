import { CfnResource, IResolvable, Stack } from 'aws-cdk-lib';

/** A numeric attribute of a load balancer or target group, as far as it is set and known at synth. */
export function numericAttribute(resource: CfnResource, attributes: IResolvable | unknown[] | undefined, key: string): number | undefined {
  const all: { key: string; value: string }[] = Stack.of(resource).resolve(attributes) ?? [];
  const value = Number(all.find(attribute => attribute.key === key)?.value);
  return Number.isNaN(value) ? undefined : value;
}
