import { awscdk, github } from 'projen';
import { JAVA_VERSION, NODE_VERSION, PYTHON_VERSION } from './tools';

const { ActionRefs } = github;
const { JobPermission } = github.workflows;

// by digest, as projen names the actions that it knows
const CONFIGURE_PAGES = 'actions/configure-pages@983d7736d9b0ae728b81ab479565c72886d7745b'; // v5.0.0
const UPLOAD_PAGES_ARTIFACT = 'actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9'; // v5.0.0
const DEPLOY_PAGES = 'actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128'; // v5.0.0

const READ = { contents: JobPermission.READ };
const install = { name: 'Install dependencies', run: 'npm ci' };

function checkout(depth?: number): github.workflows.JobStep {
  return { name: 'Checkout', uses: ActionRefs.ACTIONS_CHECKOUT, with: { 'persist-credentials': false, ...depth !== undefined && { 'fetch-depth': depth } } };
}

/** Everything that guards the repository, as its maintainers run it. */
export function addEverything(project: awscdk.AwsCdkConstructLibrary): void {
  project.buildWorkflow!.workflow.addJob('everything', {
    runsOn: ['ubuntu-latest'],
    permissions: READ,
    timeoutMinutes: 60,
    tools: { node: { version: NODE_VERSION }, java: { version: JAVA_VERSION }, python: { version: PYTHON_VERSION } },
    steps: [checkout(), { name: 'Run everything', run: '.ci/run' }],
  });
  project.autoMerge!.addConditions('status-success=everything');
}

/** What users may have that the lock file does not: other versions of the CDK and of Node.js, and stacks of the last release. */
export function addMatrix(project: awscdk.AwsCdkConstructLibrary): void {
  const workflow = project.github!.addWorkflow('matrix');
  workflow.on({ pullRequest: {}, schedule: [{ cron: '0 4 * * 2' }], workflowDispatch: {} });
  workflow.addJob('versions', {
    name: '${{ matrix.cdk }} CDK, Node.js ${{ matrix.node }}',
    runsOn: ['ubuntu-latest'],
    permissions: READ,
    timeoutMinutes: 30,
    strategy: { failFast: false, matrix: { domain: { cdk: ['floor', 'newest'], node: ['22', '24'] } } },
    tools: { node: { version: '${{ matrix.node }}' } },
    steps: [checkout(), { name: 'Compile and test', run: 'scripts/matrix.sh ${{ matrix.cdk }}' }],
  });
  workflow.addJob('compat', {
    runsOn: ['ubuntu-latest'],
    permissions: READ,
    timeoutMinutes: 20,
    tools: { node: { version: NODE_VERSION } },
    steps: [checkout(0), install, { name: 'Compare', run: 'npx projen compat' }],
  });
  // not the newest CDK: what others release should not stop a change of ours
  project.autoMerge!.addConditions('status-success=compat', 'status-success=floor CDK, Node.js 22', 'status-success=floor CDK, Node.js 24');
}

/** The site; called by the release, and by hand. */
export function addPages(project: awscdk.AwsCdkConstructLibrary, folder: string): void {
  const workflow = project.github!.addWorkflow('pages');
  workflow.on({ workflowCall: {}, workflowDispatch: {} });
  workflow.addJob('build', {
    runsOn: ['ubuntu-latest'],
    permissions: READ,
    timeoutMinutes: 30,
    tools: { node: { version: NODE_VERSION } },
    steps: [
      checkout(),
      install,
      { name: 'Build the site', run: 'npm run site' },
      { name: 'Upload it', uses: UPLOAD_PAGES_ARTIFACT, with: { path: folder } },
    ],
  });
  workflow.addJob('deploy', {
    needs: ['build'],
    runsOn: ['ubuntu-latest'],
    permissions: { pages: JobPermission.WRITE, idToken: JobPermission.WRITE },
    environment: 'github-pages',
    timeoutMinutes: 10,
    steps: [
      { name: 'Configure Pages', uses: CONFIGURE_PAGES },
      { name: 'Deploy', uses: DEPLOY_PAGES },
    ],
  });
}
