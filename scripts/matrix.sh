#!/usr/bin/env bash
# matrix.sh floor|newest - compiles and tests a copy of the repository with the Node.js that is in PATH, and with
#   floor:  the oldest aws-cdk-lib and constructs that the package admits, which the lock file holds
#   newest: the newest ones that it admits, and the newest compiler of its line
# The copy is thrown away; the repository and its lock file stay as they are.
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in floor | newest) ;; *) echo 'usage: scripts/matrix.sh floor|newest' >&2; exit 2 ;; esac

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --ignore-failed-read -c | tar -x -C "$copy"
cd "$copy"

export CI=true JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20
npm ci --no-audit --no-fund --loglevel=error
peer() { node -p "require('./package.json').peerDependencies['$1']"; }
version() { node -p "require('./node_modules/$1/package.json').version"; }

if [ "$1" = newest ]; then
  jsii=$(node -p "require('./package.json').devDependencies.jsii")
  npm install --no-save --no-audit --no-fund --loglevel=error "aws-cdk-lib@$(peer aws-cdk-lib)" "constructs@$(peer constructs)" "jsii@$jsii" "jsii-rosetta@$jsii"
else
  for name in aws-cdk-lib constructs; do
    [ "^$(version $name)" = "$(peer $name)" ] || { echo "$name $(version $name) is not the floor of $(peer $name)" >&2; exit 1; }
  done
fi

echo "Node.js $(node --version), aws-cdk-lib $(version aws-cdk-lib), constructs $(version constructs), jsii $(version jsii)"
npx projen test
