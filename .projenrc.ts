import { awscdk, github, javascript, release } from 'projen';
import { ReleaseWorkflow } from './projenrc/release-workflow';
import { JAVA_VERSION, NODE_VERSION } from './projenrc/tools';
import { addEverything, addMatrix, addPages } from './projenrc/workflows';

/** Oldest aws-cdk-lib that consumers may use; the library is compiled and tested against exactly this version. */
const CDK_FLOOR = '2.271.0';
const REPOSITORY = 'https://github.com/cdk-alb-privatelink/cdk-alb-privatelink';

/** What runs in the function only: tested as it is shipped, bundled, and shipped in no other way. */
const BUNDLED = ['acceptance', 'acceptor', 'aws', 'drain', 'health', 'health-gate', 'interfaces', 'private-dns', 'registration', 'repair', 'run', 'target-group'];

const project = new awscdk.AwsCdkConstructLibrary({
  // identity
  name: 'cdk-alb-privatelink',
  description: 'AWS CDK constructs for HTTP services behind an internal Application Load Balancer, reached from other VPCs by peering or AWS PrivateLink',
  author: 'cdk-alb-privatelink contributors',
  authorAddress: REPOSITORY,
  repositoryUrl: `${REPOSITORY}.git`,
  homepage: REPOSITORY,
  keywords: ['aws-cdk', 'cdk', 'privatelink', 'vpc-endpoint', 'vpc-endpoint-service', 'application-load-balancer', 'network-load-balancer', 'elbv2'],
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-alb-privatelink contributors',
  stability: 'experimental',
  majorVersion: 0,

  // toolchain
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  sampleCode: false,
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  workflowNodeVersion: NODE_VERSION,

  // one development tsconfig at the root, for ts-jest, eslint, esbuild and editors; the three settings go together
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    include: ['.projenrc.ts', 'bench/**/*.ts', 'examples/typescript/**/*.ts', 'scripts/**/*.ts'],
    exclude: ['lib', 'dist', 'cdk.out', 'coverage', '.cache'],
    compilerOptions: { paths: { 'cdk-alb-privatelink': ['./src'] } },
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'bench', 'examples/typescript', 'projenrc', 'scripts'],
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    commandOptions: { extraArgs: ['--cache', '--cache-location', 'node_modules/.cache/eslint/'] },
  },
  typecheckTests: true,

  // handlers: src/**/*.lambda.ts -> assets/**/index.js (shipped) and src/**/*-function.ts (committed)
  lambdaOptions: { runtime: awscdk.LambdaRuntime.NODEJS_22_X, awsSdkConnectionReuse: false },
  integrationTestAutoDiscover: false,
  experimentalIntegRunner: false,

  // tests: every file loads aws-cdk-lib anew, so few large files; the CDK's template validator runs in one suite only
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      // `npx jest --coverage` measures it and holds it to the thresholds; without it the tests take two thirds of the time
      collectCoverage: false,
      // the first test of a file loads the SDK and starts servers: on a busy machine that took longer than the five seconds of the default
      testTimeout: 30_000,
      coverageProvider: 'babel',
      maxWorkers: '100%',
      setupFiles: ['<rootDir>/test/jest-setup.ts'],
      modulePathIgnorePatterns: ['<rootDir>/.cache/'],
      moduleNameMapper: { '^cdk-alb-privatelink$': '<rootDir>/src' },
      collectCoverageFrom: ['src/**/*.ts', '!src/**/*.lambda.ts', '!src/reachability/main.ts', ...BUNDLED.map(name => `!src/handler/${name}.ts`)],
      coverageThreshold: { branches: 90, functions: 98, lines: 98, statements: 98 },
    },
  },
  devDeps: [
    // knows which properties of a resource replace it when they change, see scripts/compat
    '@aws-cdk/cloudformation-diff',
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-ec2',
    '@aws-sdk/client-elastic-load-balancing-v2',
    '@types/aws-lambda',
    'aws-cdk@^2.1148.0',
    // others' eyes on what we synthesize, see test/nag.test.ts and scripts/lint-templates.ts
    'cdk-nag@3.0.2',
    'cdk-preflight@0.0.143',
    'fast-check',
    // bundled, see docs/adr/0013
    'yaml@^2.9.1',
  ],
  bin: { 'cdk-alb-privatelink': 'lib/reachability/main.js' },

  // publishing
  defaultReleaseBranch: 'main',
  // by hand, with version and notes from CHANGELOG.md: see docs/adr/0015
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  nextVersionCommand: 'ts-node -T -P tsconfig.dev.json scripts/changelog.ts version',
  jsiiReleaseVersion: '0.2.1061',
  releaseEnvironment: 'release',
  npmTrustedPublishing: true,
  publishToPypi: { distName: 'cdk-alb-privatelink', module: 'cdk_alb_privatelink', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdkalbprivatelink',
    mavenGroupId: 'io.github.cdkalbprivatelink',
    mavenArtifactId: 'cdk-alb-privatelink',
    mavenServerId: 'central-ossrh',
  },

  // workflows; what they may write to the repository is nothing
  buildWorkflowOptions: { mutableBuild: false, permissions: { contents: github.workflows.JobPermission.READ } },
  githubOptions: {
    pullRequestLintOptions: { semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'test', 'refactor', 'style', 'perf', 'build', 'chore'] } },
  },
  depsUpgradeOptions: {
    cooldown: 5,
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
  },
  gitignore: ['cdk.out', '.jsii.tabl.json', '/.cache/', '__pycache__/', '.venv/', '/examples/java/*/target/', '/site/pages/', '/site/dist/'],
});

// a list of major versions whose end of life jsii's tools need not announce
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// each other path takes Node.js time to find, see docs/adr/0020; what projen generates is not ours to write
project.eslint!.addOverride({
  files: ['src/**/*.ts'],
  excludedFiles: ['src/**/*-function.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['aws-cdk-lib/*'], message: 'Import { aws_xxx as xxx } from aws-cdk-lib.' }] }] },
});

// the functions load in a cold start what they do not need otherwise; what they do is in src/handler
for (const handler of ['acceptor', 'custom-resources']) {
  const bundleHandler = project.tasks.tryFind(`bundle:handler/${handler}.lambda`)!;
  bundleHandler.updateStep(0, { ...bundleHandler.steps[0], args: [...bundleHandler.steps[0].args ?? [], '--minify'] });
}

// templates in YAML are read by a parser that is shipped, with its license: users of the library install its peers only
const bundleYaml = project.addTask('bundle:yaml', { description: 'Create a JavaScript bundle of the YAML parser' });
bundleYaml.exec('esbuild --bundle scripts/yaml-parser.mjs --target=node20 --platform=node --outfile=assets/yaml/index.js --minify');
bundleYaml.exec('node -e "fs.copyFileSync(\'node_modules/yaml/LICENSE\', \'assets/yaml/LICENSE\')"');
project.bundler.bundleTask.spawn(bundleYaml);

// the examples import the library by its name
project.compileTask.exec('node scripts/self-import.mjs');

// what apps load is to load fast
project.compileTask.exec('node scripts/bundle-lib.mjs');

// on PyPI links lead to the repository
project.compileTask.exec('node scripts/absolute-links.mjs');

// the command is run as it is where it comes out of the package for Python
project.compileTask.exec('node -e "fs.chmodSync(process.argv[1], 0o755)" lib/reachability/main.js');

// neither assets/ nor .jsii are committed; tests that synthesize need the one, those of the public API the other
project.testTask.prependSpawn(project.compileTask);
const bundle = project.tasks.tryFind('bundle')!;
project.testTask.prependSpawn(bundle);

// linting with types takes a third of the time of all tests: `.ci/run` does it, and `projen build`
const lint = project.testTask.steps.findIndex(step => step.spawn === 'eslint');
project.testTask.removeStep(lint);
project.postCompileTask.spawn(project.tasks.tryFind('eslint')!);

// a local Maven repository that outlives the build; see scripts/languages/seed-maven.sh for what must be in it
const packageJava = project.tasks.tryFind('package:java')!;
packageJava.reset('scripts/languages/seed-maven.sh .cache/m2');
packageJava.exec('jsii-pacmak -v --target java --maven-local-repository .cache/m2');

// each package can be made from a fresh clone; a release packages what was tested
for (const language of ['js', 'java', 'python']) {
  const task = project.tasks.tryFind(`package:${language}`)!;
  const condition = 'node -e "process.exit(fs.existsSync(\'.jsii\') ? 1 : 0)"';
  const steps = [...task.steps];
  task.reset();
  task.spawn(project.preCompileTask, { condition });
  task.spawn(project.compileTask, { condition });
  steps.forEach(step => task.exec(step.exec ?? step.execArgs!.join(' ')));
}

const languages = project.addTask('languages', {
  description: 'Package for TypeScript, Python and Java, install, synthesize the examples in each and compare them; takes Python 3.10, a JDK 17 and Maven 3.8',
});
languages.exec('node -e "fs.rmSync(\'dist\', { recursive: true, force: true })"');
languages.spawn(project.preCompileTask);
languages.spawn(project.compileTask);
languages.exec('jsii-rosetta extract --strict --compile');
languages.spawn(project.tasks.tryFind('package-all')!);
languages.exec('ts-node -T -P tsconfig.dev.json scripts/languages.ts');

// every example in README.md and in docstrings must compile
const rosetta = project.addTask('rosetta', {
  description: 'Compile every example of the README and of the docstrings',
  exec: 'jsii-rosetta extract --strict --compile',
});
project.postCompileTask.spawn(rosetta);

// a reference for each language; one call for all of them takes longer than three
const docgen = project.tasks.tryFind('docgen')!;
for (const language of ['python', 'java']) { docgen.exec(`jsii-docgen -l ${language} -o docs/api/${language}.md`); }
docgen.exec('ts-node -T -P tsconfig.dev.json scripts/mend-references.ts');
project.gitattributes.addAttributes('/docs/api/*.md', 'linguist-generated');

const site = project.addTask('site', { description: 'Build the site with the guide and the references in three languages, into site/dist' });
site.spawn(project.compileTask);
site.spawn(rosetta);
site.exec('ts-node -T -P tsconfig.dev.json scripts/site.ts');
site.exec('npm ci --no-audit --no-fund', { cwd: 'site' });
site.exec('npx vitepress build', { cwd: 'site' });
site.exec('ts-node -T -P tsconfig.dev.json scripts/site-check.ts');

const demo = project.addTask('demo', { description: 'Synthesize the examples and say what they build; no AWS account is needed' });
demo.spawn(project.preCompileTask);
demo.spawn(project.compileTask);
demo.exec('ts-node -T -P tsconfig.dev.json scripts/demo.ts');

const lintTemplates = project.addTask('lint:templates', {
  description: 'Let cfn-lint read what the examples and every construct synthesize, and look for licenses and known holes in what users install; takes Python 3 and a registry, and says so where they are missing',
});
lintTemplates.spawn(project.preCompileTask);
lintTemplates.spawn(project.compileTask);
lintTemplates.exec('ts-node -T -P tsconfig.dev.json scripts/lint-templates.ts');
lintTemplates.exec('ts-node -T -P tsconfig.dev.json scripts/audit.ts');

const rehearse = project.addTask('rehearse', {
  description: 'Deploy, update and destroy the examples on an emulator; takes Python 3, and no AWS account',
});
rehearse.spawn(project.preCompileTask);
rehearse.spawn(project.compileTask);
rehearse.exec('ts-node -T -P tsconfig.dev.json scripts/rehearse.ts');

// projen's own would find nothing wrong with an experimental library, nor with a registry that does not answer
const compat = project.tasks.tryFind('compat')!;
compat.description = 'Compare API and deployed stacks with the last release, or with --package FILE.tgz --ref GITREF';
compat.reset();
compat.spawn(project.preCompileTask);
compat.spawn(project.compileTask);
compat.exec('ts-node -T -P tsconfig.dev.json scripts/compat/main.ts', { receiveArgs: true });

project.addTask('histories', {
  description: 'Random histories of deployments, faults and crashes, 100,000 of them; takes about an hour',
  env: { HISTORIES: '100000' },
  exec: 'jest --silent test/handler/histories.test.ts',
}).prependSpawn(bundle);

project.addTask('random-props', {
  description: 'Random props for all constructs, 2,000 each; takes about ten minutes, and leaves some of the templates in .cache/random-props for cfn-lint',
  env: { RANDOM_PROPS: '2000', RANDOM_PROPS_TEMPLATES: '.cache/random-props' },
  exec: 'jest --silent test/random-props.test.ts',
}).prependSpawn(bundle);

const bench = project.addTask('bench', { description: 'Measure what the library claims, into docs/benchmarks.md, or the parts that are named' });
bench.spawn(bundle);
bench.spawn(project.compileTask);
bench.exec('ts-node -T -P tsconfig.dev.json bench/main.ts', { receiveArgs: true });

for (const pattern of [
  '/.cache/', '/.ci/', '/bench/', '/cdk.out/', '/docs/', '/examples/', '/rosetta/', '/scripts/', '/site/', 'API.md', 'CHANGELOG.md', '.compatignore', '.jsii.tabl.json',
  // all the others are in these
  '/lib/**/*.js', '!/lib/index.js', '!/lib/reachability/engine.js', '!/lib/reachability/main.js',
  // types that the public ones do not mention
  '/lib/**/*-function.d.ts', '/lib/**/contract.d.ts', '/lib/**/group-in-use.d.ts', '/lib/**/registration.d.ts', '/lib/handler/*.d.ts', '/lib/private/*.d.ts', '/lib/monitoring/*.d.ts', '!/lib/monitoring/monitoring*.d.ts', '!/lib/private/roster.d.ts', '/lib/reachability/**/*.d.ts',
  '!/lib/reachability/contract.d.ts', '!/lib/reachability/reachability-*.d.ts',
]) {
  project.addPackageIgnore(pattern);
}

// a release: all packages from one build, with notes that were written by hand, when they keep what is deployed or say that they do not
const releaseTask = project.tasks.tryFind('release')!;
const built = releaseTask.steps.findIndex(step => step.spawn === 'build');
releaseTask.insertStep(built + 1,
  { spawn: 'package:java' },
  { spawn: 'package:python' },
  { exec: 'ts-node -T -P tsconfig.dev.json scripts/languages.ts' },
  { spawn: 'compat' },
  { exec: 'ts-node -T -P tsconfig.dev.json scripts/changelog.ts notes dist/changelog.md' },
);
new ReleaseWorkflow(project);
const packageJavaJob = project.buildWorkflow!.workflow.getJob('package-java') as github.workflows.Job;
project.buildWorkflow!.workflow.updateJob('package-java', { ...packageJavaJob, tools: { ...packageJavaJob.tools, java: { version: JAVA_VERSION } } });
addEverything(project);
addMatrix(project);
addPages(project, 'site/dist');

// maps with the sources in them would be two thirds of what users download; compiled code reads like its source
project.tryFindObjectFile('tsconfig.json')!.addOverride('compilerOptions', { inlineSourceMap: false, inlineSources: false });

// keeps 'npm ci' working: every platform binding of this version is published
project.package.addPackageResolutions('unrs-resolver@1.12.2');

project.synth();
