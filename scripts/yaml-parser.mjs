// The part of the YAML parser that templates need: its build of ES modules leaves the rest out.
export { Composer, Lexer, Parser, isAlias, isMap, isNode, isScalar, isSeq } from '../node_modules/yaml/browser/dist/index.js';
