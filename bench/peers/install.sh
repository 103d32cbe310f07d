#!/usr/bin/env bash
# Installs from Debian what the peers of the benches need: `bash bench/peers/install.sh`, as root or with sudo.
# Does nothing where all is there. The peers in TypeScript come from npm with the project.
set -euo pipefail

packages=()
command -v gcc >/dev/null || packages+=(gcc libc6-dev)
for module in numpy numba scipy torch; do
  /usr/bin/python3 -c "import $module" 2>/dev/null || packages+=("python3-$module")
done
command -v doit >/dev/null || packages+=(python3-doit)
command -v snakemake >/dev/null || packages+=(snakemake)
ls /usr/lib/*/openblas-*/libblas.so.3 >/dev/null 2>&1 || packages+=(libopenblas0-pthread) # torch's products
if [ ${#packages[@]} = 0 ]; then exit 0; fi

if ! command -v apt-get >/dev/null; then
  echo "Cannot install ${packages[*]}: this needs Debian's apt-get, but there is none; install them by hand" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Cannot install ${packages[*]}: this needs root or sudo, but there is neither" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing ${packages[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q >&2
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${packages[@]}" >&2
