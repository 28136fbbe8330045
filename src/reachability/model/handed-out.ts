import { jsonOf } from '../template/json';
import { Resource, Stacks } from '../template/stacks';
import { Unknown } from '../template/values';

/** Custom resources that are known not to open or close anything. */
const HARMLESS = /^Custom::(InterfaceEndpoint|TargetHealthGate|PrivateDnsVerification|VpcRestrictDefaultSG|S3AutoDeleteObjects|LogRetention|CrossRegionExport|AWSCDKCfnJson)/;

/** Resources whose ids are given to nested stacks without a template, modules and custom resources: these may add rules and routes that no template shows. */
export class HandedOut {
  private readonly texts = new Map<Resource, string>();

  constructor(stacks: Stacks) {
    const opaque = stacks.types().filter(type => type === 'AWS::CloudFormation::Stack' || /^Custom::|::CustomResource$|::MODULE$/.test(type));
    for (const resource of stacks.ofType(...opaque)) {
      if (HARMLESS.test(resource.type) || (resource.type === 'AWS::CloudFormation::Stack' && stacks.nested(resource))) { continue; }
      const written = Object.fromEntries(resource.names().filter(name => name !== 'ServiceToken').map(name => [name, resource.written(name)]));
      // it only looks something up
      const text = jsonOf(written);
      if (!/\\?"action\\?":\\?"(describe|get|list)/i.test(text)) { this.texts.set(resource, text); }
    }
  }

  /** What may do something with a resource. */
  public of(resource: Resource): Unknown | undefined {
    for (const [user, text] of this.texts) {
      if (user.stack === resource.stack && (text.includes(`"${resource.logicalId}"`) || text.includes(`\${${resource.logicalId}`))) {
        return new Unknown(`what ${user.label} does with ${resource.label}`);
      }
    }
    return undefined;
  }
}
