/** What reads templates and walks them, loaded when there is something to check. The command has nothing else, not even the CDK. */
export { check } from './check';
export { run } from './command';
export { loadStacks } from './load';
export { formatHtml } from './report/html';
export { formatJson } from './report/json';
