#!/usr/bin/env bash
# Brings a machine with Node.js to where `npm run demo` and `npm test` work. It may be run again: what is
# there already is left as it is. Everything comes from the machine's package manager and from npm.
set -euo pipefail

usage() {
  cat <<'END'
Usage: bash deploy/setup.sh [--no-browser]

Installs what this machine lacks, by apt-get, dnf, apk or brew (with sudo unless run as root):
  - a Redis server (redis-server or valkey-server)
  - openssl
  - Chromium, which only tests use
then the npm packages of package-lock.json, and builds the program.

  --no-browser  leave Chromium out
  --help        show this
END
}

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

browser=yes
for option in "$@"; do
  case $option in
    --no-browser) browser=no ;;
    --help | -h) usage && exit 0 ;;
    *)
      usage >&2
      printf 'setup: unknown option %s\n' "$option" >&2
      exit 2
      ;;
  esac
done
cd "$(dirname "$0")/.."

check_node() {
  have node || fail 'node is missing: install Node.js 20.19 or newer, with npm, and run this again'
  have npm || fail 'npm is missing: install it (it usually comes with Node.js) and run this again'
  local version major rest minor
  version=$(node --version)
  major=${version#v} && rest=${major#*.} && major=${major%%.*} && minor=${rest%%.*}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    fail "Node.js $version is too old: install 20.19 or newer and run this again"
  fi
  say "Node.js $version is there"
}

# A server's program is often where PATH of a user does not lead; the product looks in these places too.
have_redis() (
  PATH=$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/bin:/opt/homebrew/sbin
  have redis-server || have valkey-server
)
have_openssl() { have openssl; }
have_chromium() {
  have chromium || have chromium-browser || have google-chrome || have google-chrome-stable ||
    [ -d '/Applications/Chromium.app' ] || [ -d '/Applications/Google Chrome.app' ]
}

find_manager() {
  local name
  for name in apt-get dnf apk brew; do
    if have "$name"; then
      echo "$name"
      return
    fi
  done
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

refreshed=no
install_package() { # manager, package
  case $1 in
    apt-get)
      if [ $refreshed = no ]; then
        refreshed=yes
        as_root apt-get update || say 'apt-get update had errors; going on with the lists that are there'
      fi
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"
      ;;
    dnf) as_root dnf install -y --setopt=install_weak_deps=False "$2" ;;
    apk) as_root apk add --no-cache "$2" ;;
    brew) brew install "$2" ;;
  esac
}

# Debian's packages start their service at once, and a second Redis on the machine is nobody's wish: the program starts
# its own. A policy-rc.d that answers 101 forbids it, to systemd's helper and to init scripts alike; one that is there
# already is the machine's own and stays. The other package managers start nothing.
policy=/usr/sbin/policy-rc.d
policy_is_ours=no
forbid_services() {
  [ "$1" = apt-get ] || return 0
  # One of ours is there when an earlier run was killed.
  [ ! -e $policy ] || grep -q 'deploy/setup.sh' $policy || return 0
  policy_is_ours=yes
  printf '#!/bin/sh\n# Put here for a moment by deploy/setup.sh of roombridge.\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
}
allow_services() {
  [ $policy_is_ours = yes ] || return 0
  policy_is_ours=no
  as_root rm -f $policy
}
trap allow_services EXIT

need() { # what people call it, its check, then the packages that may bring it
  local what=$1 check=$2 manager package
  shift 2
  if $check; then
    say "$what is there"
    return
  fi
  manager=$(find_manager)
  [ -n "$manager" ] ||
    fail "$what is missing and so is a package manager (apt-get, dnf, apk or brew): install $what and run this again"
  if [ "$manager" != brew ] && [ "$(id -u)" -ne 0 ] && ! have sudo; then
    fail "$what is missing, and to install it takes root or sudo: run this as root, or install $what, and run this again"
  fi
  forbid_services "$manager"
  for package in "$@"; do
    say "installing $what: $manager, package $package"
    if install_package "$manager" "$package" && $check; then
      allow_services
      return
    fi
    say "$manager did not bring $what with package $package"
  done
  fail "$what is missing and could not be installed by $manager: install it and run this again$(hint "$what")"
}
hint() { if [ "$1" = Chromium ]; then echo ', or go on without it: --no-browser'; fi; }

# Some tests try the program on Valkey, too, where there is one; without it they try it on Redis.
find_valkey() {
  local script=test/redis-ways/valkey.sh
  [ -f $script ] || return 0
  bash $script >/dev/null 2>&1 || say 'no Valkey is to be had: tests do with Redis'
}

packages_mark() { printf '%s ' "$(node --version)" && cksum <package-lock.json; }
install_packages() {
  local mark=node_modules/.setup
  if [ -f $mark ] && [ "$(cat $mark)" = "$(packages_mark)" ]; then
    say 'npm packages are up to date'
    return
  fi
  say 'installing npm packages: npm ci'
  # With those for building and testing, whatever NODE_ENV says.
  npm ci --ignore-scripts --include=dev --no-audit --no-fund || fail 'npm ci failed: the npm packages are missing'
  packages_mark >$mark
  rm -f dist/.setup
}

build() {
  local mark=dist/.setup
  if [ -f $mark ] && [ -f dist/bin/roombridge.js ] &&
    [ -z "$(find src workers test package.json tsconfig.json tsconfig.build.json -newer $mark)" ]; then
    say 'the build is up to date'
    return
  fi
  say 'building: npm run build'
  mkdir -p dist
  # Its time is from before the build, so that what is changed meanwhile is built the next time.
  : >$mark.begun
  npm run build || fail 'npm run build failed: the program is not built'
  mv $mark.begun $mark
}

check_node
need 'a Redis server' have_redis redis-server redis valkey-server valkey
need openssl have_openssl openssl
if [ $browser = yes ]; then
  need Chromium have_chromium chromium
else
  say 'Chromium is left out (--no-browser)'
fi
[ $browser = no ] || find_valkey
install_packages
build
say 'done'
