#!/bin/sh
# Flux applies what is in git: check it there, rendered as Flux does it. For a pipeline of the
# repository that Flux watches. check.sh FOLDER... are the paths of its Kustomizations.
set -eu
code=0
for folder; do
  rendered=$(mktemp)
  kustomize build "$folder" >"$rendered" || exit 2
  meshguard check --fail-on deny "$rendered" || code=$?
  rm -f "$rendered"
done
exit "$code"
