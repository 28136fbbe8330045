import { fullDiff, ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';

export interface Change {
  /** How the change is called where it is accepted, in `.compatignore`. */
  readonly key: string;
  readonly message: string;
}

/** What updating a stack from one template to the other does to what is deployed. */
export interface TemplateChanges {
  /** Deletes or replaces what exists, or is refused. */
  readonly disruptive: Change[];
  /** Creates something, or updates it in place. */
  readonly others: string[];
}

interface Template {
  readonly Resources?: { [logicalId: string]: { Type: string } };
  readonly Outputs?: { [logicalId: string]: { Export?: { Name: unknown } } };
}

/** @param stack a name for the stack, for keys and messages. */
export function templateChanges(stack: string, before: Template, after: Template | undefined): TemplateChanges {
  if (!after) {
    return { disruptive: [{ key: `stack:${stack}`, message: 'the stack is gone, with everything in it' }], others: [] };
  }
  const disruptive: Change[] = [];
  const others: string[] = [];
  const { resources } = fullDiff(before, after);
  const added = resources.filter(change => change!.isAddition);

  resources.forEachDifference((logicalId, change) => {
    const name = `${stack}/${logicalId}`;
    if (change.isAddition) {
      others.push(`${logicalId}: ${change.newResourceType} is new`);
    } else if (change.isRemoval) {
      const successors = added.logicalIds.filter(id => added.get(id).newResourceType === change.oldResourceType);
      disruptive.push({ key: `logical-id:${name}`, message: `${change.oldResourceType} is gone: ${fate(change, successors)}` });
    } else if (change.resourceTypeChanged) {
      disruptive.push({
        key: `resource-type:${name}`,
        message: `${change.oldResourceType} is now ${change.newResourceType}: CloudFormation refuses an update that changes the type of a resource`,
      });
    } else {
      const { replacing, inPlace } = properties(change);
      disruptive.push(...replacing.map(({ property, message }) => ({ key: `replacement:${name}.${property}`, message: `${change.resourceType}: ${message}` })));
      if (inPlace.length > 0) {
        others.push(`${logicalId}: ${change.resourceType} is updated in place (${inPlace.join(', ')})`);
      }
    }
  });

  const exportsLeft = new Set(exportNames(after));
  for (const name of exportNames(before).filter(one => !exportsLeft.has(one))) {
    disruptive.push({ key: `export:${stack}/${name}`, message: 'the export is gone: CloudFormation refuses to remove it while another stack imports it' });
  }
  return { disruptive, others };
}

function fate(change: ResourceDifference, successors: string[]): string {
  const end = change.changeImpact === ResourceImpact.WILL_ORPHAN ? 'leaves it behind, outside the stack' : 'deletes it';
  return successors.length === 0
    ? `CloudFormation ${end}`
    : `CloudFormation makes a new one (${successors.join(' or ')}) and ${end}`;
}

function properties(change: ResourceDifference) {
  const replacing: { property: string; message: string }[] = [];
  const inPlace: string[] = Object.keys(change.otherChanges).filter(name => name !== 'Metadata');
  for (const [property, { changeImpact }] of Object.entries(change.propertyUpdates)) {
    if (property === 'ServiceToken') {
      replacing.push({ property, message: 'another ServiceToken, which CloudFormation refuses to change' });
    } else if (changeImpact === ResourceImpact.WILL_REPLACE) {
      replacing.push({ property, message: `another ${property}, for which CloudFormation replaces it` });
    } else if (changeImpact === ResourceImpact.MAY_REPLACE) {
      replacing.push({ property, message: `another ${property}, for which CloudFormation may replace it` });
    } else {
      inPlace.push(property);
    }
  }
  return { replacing, inPlace };
}

/** Names may contain intrinsic functions; as JSON they compare. */
function exportNames(template: Template): string[] {
  return Object.values(template.Outputs ?? {}).filter(({ Export }) => Export).map(({ Export }) => {
    const name = Export!.Name;
    return typeof name === 'string' ? name : JSON.stringify(name);
  });
}
