import { isIPv4 } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid, Validate } from './validate';

/** Refuses what ELBv2 does not register as an IP target. */
export function checkAddresses(scope: IConstruct, addresses: string[], availabilityZone: string | undefined): void {
  new Validate(scope).notEmpty('addresses', addresses, 'Give Backend.ipAddresses() the addresses that answer the requests.');
  new Validate(scope).notTwice('addresses', addresses, address => `'${address}'`);
  const wrong = addresses.find(address => !Token.isUnresolved(address) && !isIPv4(address));
  if (wrong !== undefined) {
    throw invalid(scope, `'addresses' has '${wrong}', which is no IPv4 address. Give Backend.ipAddresses() addresses such as '10.1.2.9'.`);
  }
  if (availabilityZone !== undefined && !Token.isUnresolved(availabilityZone) && !/^(all|[a-z]{2,}(-[a-z0-9]+)+)$/.test(availabilityZone)) {
    throw invalid(scope, `'availabilityZone' must be 'all' or the name of a zone such as 'eu-west-1a', got: '${availabilityZone}'.`);
  }
}
