#!/usr/bin/env bash
# Prints the path of a Valkey server. One that is on this machine is taken; else Debian's own package is unpacked into a
# folder of this user's, without being installed: from the release's archive, or from its backports. `--here` fetches none.
set -euo pipefail

if command -v valkey-server; then exit; fi
folder=${XDG_CACHE_HOME:-$HOME/.cache}/roombridge-tests/valkey
program=$folder/usr/bin/valkey-server
if [ -x "$program" ]; then
  echo "$program"
  exit
fi
[ "${1:-}" != --here ] || exit 1
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo 'there is no Valkey server here: install it (package valkey or valkey-server), for tests try the product on it' >&2
  exit 1
fi
# shellcheck source=/dev/null
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$(dirname "$folder")/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
# The machine's own lists of packages stay as they are.
apt() {
  apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$work/sources.list" \
    -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" "$@"
}
signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no]'
for archive in "deb.debian.org/debian $release" "deb.debian.org/debian $release-backports" \
  "archive.debian.org/debian $release-backports"; do
  echo "deb $signed http://$archive main" >"$work/sources.list"
  if apt update >&2 && (cd "$work" && apt download valkey-server valkey-tools >&2); then
    for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/root"; done
    # Another test that has been quicker has left the same.
    mv -T "$work/root" "$folder" 2>/dev/null || [ -x "$program" ]
    "$program" --version >&2
    echo "$program"
    exit
  fi
done
echo "no archive has a Valkey server for Debian $release" >&2
exit 1
