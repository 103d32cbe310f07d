#!/usr/bin/env bash
# Runs stages of the smoke profile on Deno's own arm64 build, under emulation, and holds them against the lock:
#
#   bash tests/conformance/arm64.sh [stage…]        by default linear/train, some minutes; `all` for everything
#
# Needs root, apt and npm on Debian or Ubuntu for x86-64. Emulation is 20 to 50 times slower than the machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
stages=("${@:-linear/train}")
if [ "${stages[*]}" = all ]; then stages=(); fi

folder="${MACRONET_ARM64:-$(mktemp -d)}"
if [ ! -x "$folder/package/deno" ]; then
  apt-get install -q -y --no-install-recommends qemu-user-static
  dpkg --add-architecture arm64
  apt-get update -q
  (
    cd "$folder"
    chmod 755 .
    npm pack --silent @deno/linux-arm64-glibc@2.9.5
    tar xzf deno-linux-arm64-glibc-2.9.5.tgz
    chmod +x package/deno
    apt-get download libc6:arm64 libgcc-s1:arm64 libstdc++6:arm64
    for package in *.deb; do dpkg -x "$package" root; done
  )
fi

# What the program needs from npm is the same on both machines: let this one's Deno fetch it.
npx --yes deno@2.9.5 install --frozen

store="$folder/store"
rm -rf "$store"
qemu-aarch64-static -L "$folder/root" "$folder/package/deno" run -q --cached-only --no-check -P=run \
  --allow-read --allow-write="$store" main.ts run --profile smoke --artifacts "$store" "${stages[@]}"
