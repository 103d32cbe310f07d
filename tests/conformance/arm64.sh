#!/usr/bin/env bash
# Recomputes stages of the smoke profile on Deno's own arm64 build, under emulation, from what this machine made, and
# compares every byte:
#
#   bash tests/conformance/arm64.sh     a stage of every kind that computes numbers
#   bash tests/conformance/arm64.sh turing/train --stage turing/train      stages and flags as `verify` takes them
#   bash tests/conformance/arm64.sh all                     runs the whole profile there, from nothing, against the lock
#
# The store is artifacts/; what it lacks of the profile is run here first. Needs npm, and apt of Debian or Ubuntu for
# x86-64. Emulation is 20 to 200 times slower than the machine: drawing is slowest.
set -euo pipefail
cd "$(dirname "$0")/../.."
flags=("$@")
if [ $# = 0 ]; then
  # Simulations of each kernel, and one of each kind of stage after them but for those that draw. Named as what the
  # call is about too: the pictures of the others would be drawn again to look at their pixels, which takes an hour.
  flags=(linear/evaluate turing/simulate oscillator/simulate --recompute all)
fi

deno_arm64="$(bash tests/conformance/arm64_setup.sh)"
arm64() { "$deno_arm64" run -q --cached-only --no-check --no-code-cache "$@"; }

# What the program needs from npm is the same on both machines: let this one's Deno fetch it.
npx --yes deno@2.9.5 install --frozen

if [ "${flags[*]}" = all ]; then
  store="$(mktemp -d)"
  trap 'rm -rf "$store"' EXIT
  arm64 -P=run --allow-read --allow-write="$store" main.ts run --profile smoke --artifacts "$store"
else
  npx --yes deno@2.9.5 task macronet run --profile smoke
  arm64 -P=run main.ts verify --profile smoke "${flags[@]}"
fi
