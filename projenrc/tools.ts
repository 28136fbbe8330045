/** What workflows use; the tests run on these too (.ci/run), and on the other Node.js that is maintained (the matrix). */
export const NODE_VERSION = '24';
export const JAVA_VERSION = '17';
export const PYTHON_VERSION = '3.12';
