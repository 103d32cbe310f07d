#!/usr/bin/env bash
# Runs stages of the smoke profile on Deno's own arm64 build, under emulation, and holds them against the lock:
#
#   bash tests/conformance/arm64.sh [stage…]        by default linear/train, some minutes; `all` for everything
#
# Needs npm, and apt of Debian or Ubuntu for x86-64. Emulation is 20 to 50 times slower than the machine. A small
# training alone is compared by arm64_test.ts, among the tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
stages=("${@:-linear/train}")
if [ "${stages[*]}" = all ]; then stages=(); fi

deno_arm64="$(bash tests/conformance/arm64_setup.sh)"

# What the program needs from npm is the same on both machines: let this one's Deno fetch it.
npx --yes deno@2.9.5 install --frozen

store="$(mktemp -d)"
trap 'rm -rf "$store"' EXIT
"$deno_arm64" run -q --cached-only --no-check --no-code-cache -P=run \
  --allow-read --allow-write="$store" main.ts run --profile smoke --artifacts "$store" "${stages[@]}"
