import { awscdk, Component, github } from 'projen';
import { JAVA_VERSION, PYTHON_VERSION } from './tools';

const { READ, WRITE } = github.workflows.JobPermission;

/** Steps with which projen would make each package anew in the job that publishes it. */
const PACKAGING = /^(checkout|install_dependencies|extract_build_artifact|move_build_artifact_out_of_the_way|(create|collect)_\w+_artifact)$/;

/** What the publisher needs for other registries, or takes from its own defaults. */
const NOT_NEEDED = ['NPM_REGISTRY', 'MAVEN_STAGING_PROFILE_ID'];

/**
 * One job makes all packages and tests them; the jobs with the rights to publish run nothing of the repository or its dependencies,
 * and send what they were handed.
 */
export class ReleaseWorkflow extends Component {
  constructor(private readonly library: awscdk.AwsCdkConstructLibrary) {
    super(library);
  }

  // projen has added its jobs by now
  public preSynthesize(): void {
    const workflow = this.library.github!.tryFindWorkflow('release')!;

    const build = workflow.getJob('release') as github.workflows.Job;
    workflow.updateJob('release', {
      ...build,
      if: "github.ref == 'refs/heads/main'",
      permissions: { contents: READ },
      tools: { ...build.tools, java: { version: JAVA_VERSION }, python: { version: PYTHON_VERSION } },
    });

    for (const registry of ['npm', 'maven', 'pypi']) {
      const name = `release_${registry}`;
      const job = workflow.getJob(name) as github.workflows.Job;
      const steps = job.steps.filter(({ id }) => !PACKAGING.test(id ?? '')).map(step => step.id === 'release' ? { ...step, env: without(step.env!, NOT_NEEDED) } : step);
      workflow.updateJob(name, { ...job, steps });
    }

    workflow.addJob('site', {
      name: 'Publish the site',
      needs: ['release_github'],
      if: '${{ !inputs.dry_run }}',
      uses: './.github/workflows/pages.yml',
      permissions: { contents: READ, pages: WRITE, idToken: WRITE },
    });
  }
}

function without(env: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}
