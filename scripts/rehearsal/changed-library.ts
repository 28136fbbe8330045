import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { changeIn } from './changes';
import * as library from 'cdk-alb-privatelink';

class InternalAlb extends library.InternalAlb {
  constructor(scope: Construct, id: string, props: library.InternalAlbProps) {
    super(scope, id, { ...props, ...changeIn(scope).internalAlb?.(Stack.of(scope)) });
  }
}

class NlbEndpointService extends library.NlbEndpointService {
  constructor(scope: Construct, id: string, props: library.NlbEndpointServiceProps) {
    super(scope, id, { ...props, ...changeIn(scope).service?.(Stack.of(scope), props) });
  }
}

class AlbToPrivateLinkTargets extends library.AlbToPrivateLinkTargets {
  constructor(scope: Construct, id: string, props: library.AlbToPrivateLinkTargetsProps) {
    super(scope, id, { ...props, ...changeIn(scope).hub?.(Stack.of(scope), props) });
  }
}

// the stacks of the examples take no props for what is changed here: whoever imports the library from now on gets constructs that change theirs
require.cache[require.resolve('cdk-alb-privatelink')]!.exports = { ...library, InternalAlb, NlbEndpointService, AlbToPrivateLinkTargets };
