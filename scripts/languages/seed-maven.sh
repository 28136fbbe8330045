#!/usr/bin/env bash
# seed-maven.sh REPOSITORY: installs the aws-cdk-lib that this project is built with into a local Maven repository. The generated pom
# asks for a range of versions, which Maven resolves from lists of versions: where a registry's list is behind its files, only what is
# installed locally is in a list.
set -euo pipefail
cd "$(dirname "$0")/../.."
repository=$PWD/$1
version=$(node -p 'require("./package.json").devDependencies["aws-cdk-lib"]')
folder=$repository/software/amazon/awscdk/aws-cdk-lib
if grep -qs "<version>$version</version>" "$folder/maven-metadata-local.xml"; then exit 0; fi

maven() { mvn -q -B -Dmaven.repo.local="$repository" "$@"; }
maven org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get -Dtransitive=false -Dartifact="software.amazon.awscdk:aws-cdk-lib:$version"

# a copy, because Maven does not install a file of the repository into the repository
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp "$folder/$version/aws-cdk-lib-$version".{jar,pom} "$copy"
maven org.apache.maven.plugins:maven-install-plugin:3.1.1:install-file -Dfile="$copy/aws-cdk-lib-$version.jar" -DpomFile="$copy/aws-cdk-lib-$version.pom"
