#!/usr/bin/env bash
# Makes Deno's own arm64 build runnable here, under emulation, and prints the path of the command:
#
#   bash tests/conformance/arm64_setup.sh           fetches what is missing, 110 MB in all; does nothing twice
#   bash tests/conformance/arm64_setup.sh --check   fetches nothing; fails with a line that says what is missing
#
# Needs npm, and apt of Debian or Ubuntu for x86-64. Installs nothing: all of it lies in $MACRONET_ARM64, by default
# ~/.cache/macronet-arm64. Root or sudo only where apt has no lists of packages yet, or old ones.
set -euo pipefail

version=2.9.5
folder="${MACRONET_ARM64:-$HOME/.cache/macronet-arm64}"

qemu() { command -v qemu-aarch64-static || command -v "$folder"/qemu/usr/bin/qemu-aarch64{-static,} | head -n 1; }
has_qemu() { [ -n "$(qemu)" ]; }
has_deno() { [ -x "$folder/deno-$version/package/deno" ]; }
has_libc() { [ -e "$folder/libc/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1" ]; }

if [ "${1:-}" = --check ]; then
  missing=()
  has_qemu || missing+=("qemu-aarch64-static")
  has_deno || missing+=("Deno $version for arm64")
  has_libc || missing+=("the C library for arm64")
  [ -x "$folder/deno" ] || missing+=("the command that puts them together")
  if [ ${#missing[@]} != 0 ]; then
    echo "missing in $folder: $(printf '%s, ' "${missing[@]}" | sed 's/, $//')" >&2
    exit 1
  fi
  echo "$folder/deno"
  exit
fi

# All that is fetched is put in place whole, by one move.
mkdir -p "$folder"
fresh="$(mktemp -d "$folder/fresh.XXXXXX")"
trap 'rm -rf "$fresh"' EXIT

update() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -q
}

# Debian packages, unpacked into a folder.
unpack() {
  local name="$1" packages=("${@:2}")
  mkdir "$fresh/$name" "$fresh/$name.deb"
  (
    cd "$fresh/$name.deb"
    apt-get download -q -o APT::Sandbox::User=root "${packages[@]}" || { update && apt-get download -q -o APT::Sandbox::User=root "${packages[@]}"; }
    for package in *.deb; do dpkg -x "$package" "$fresh/$name"; done
  ) >&2
  rm -rf "${folder:?}/$name"
  mv "$fresh/$name" "$folder/$name"
}

# The C library comes from the packages for cross-compilers: they are in the lists of every x86-64 machine.
has_libc || unpack libc libc6-arm64-cross libgcc-s1-arm64-cross libstdc++6-arm64-cross
has_qemu || unpack qemu qemu-user-static
has_qemu || unpack qemu qemu-user # where the former is but a name for it
find "$folder/qemu" -type f ! -name 'qemu-aarch64*' -delete 2>/dev/null || true # emulators of other machines
if ! has_deno; then
  mkdir "$fresh/deno"
  (
    cd "$fresh/deno"
    npm pack --loglevel=error "@deno/linux-arm64-glibc@$version"
    tar xzf ./*.tgz
    chmod +x package/deno
    rm ./*.tgz
  ) >&2
  rm -rf "${folder:?}/deno-$version"
  mv "$fresh/deno" "$folder/deno-$version"
fi

# Without the cache of compiled code: this machine's Deno would find it.
cat >"$fresh/command" <<COMMAND
#!/usr/bin/env bash
exec "$(qemu)" -L "$folder/libc/usr/aarch64-linux-gnu" "$folder/deno-$version/package/deno" "\$@"
COMMAND
chmod +x "$fresh/command"
mv "$fresh/command" "$folder/deno"
"$folder/deno" eval 'if (Deno.build.arch !== "aarch64") Deno.exit(1)' >&2
echo "$folder/deno"
