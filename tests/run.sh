#!/usr/bin/env bash
# Set up and run every test: lint, types, the core, install.sh, and the plug-in in real GIMP 3.
#
#   tests/run.sh           all of it
#   tests/run.sh --core    all but what needs GIMP 3
#
# On a machine with GIMP 3 the GIMP tests run there, by an ordinary user. Without it, root on
# Debian runs them in root folders that hold GIMP 3.0 and 3.2 (see gimp-root.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'tests/run.sh: error: %s\n' "$*" >&2; exit 1; }

python=.venv/bin/python
screen_tools=(Xvfb openbox xdotool import dbus-run-session)

set_up() {
  say "Setting up .venv"
  local base
  for base in python3 python3.14 python3.13 python3.12 python3.11; do
    "$base" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
  done
  "$base" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed; install python3"
  # A clone may have been copied, or its Python upgraded.
  "$python" -c '' 2>/dev/null || "$base" -m venv --clear .venv ||
    fail "could not make a virtual environment; install python3-venv"
  "$python" -m pip install --quiet --disable-pip-version-check --editable '.[test]' ||
    fail "could not install what the tests need; is the network there?"
}

lint() {
  say "Lint and types"
  "$python" -m ruff check .
  "$python" -m ruff format --check .
  "$python" -m mypy
  .venv/bin/shellcheck -xa install.sh tests/run.sh tests/gimp-root.sh .ci/run
}

site() {
  say "The site, in build/site"
  "$python" -m sphinx -W --keep-going --quiet -c docs/site . build/site
}

core_tests() {
  say "Core, with $("$python" --version)"
  "$python" -m pytest --quiet tests/core
  "$python" -m pytest --quiet --doctest-modules palette_core
}

install_tests() {
  # install_tests MARKER: all but those for the other kind of machine
  say "install.sh"
  "$python" -m pytest --quiet tests/install -m "not $1"
}

gimp_tests() {
  say "$(gimp-console --version | head -n 1)"
  local tool
  for tool in "${screen_tools[@]}"; do
    command -v "$tool" >/dev/null ||
      fail "$tool is needed for the virtual screen; install xvfb openbox xdotool imagemagick dbus"
  done
  export PALETTE_CORE_TEST_PICTURES=${PALETTE_CORE_TEST_PICTURES:-$PWD/build/screenshots}
  "$python" -m pytest --quiet tests/gimp tests/gui
  say "Look at the screenshots in $PALETTE_CORE_TEST_PICTURES"
}

in_root_with_gimp() {
  # A copy of the project, tested by the root's ordinary user as on a machine of their own.
  local version=$1
  say "In a Debian root with GIMP $version"
  tar --create --exclude=./.venv --exclude=./.git --exclude='.*_cache' --exclude=__pycache__ \
    --exclude=.hypothesis . |
    tests/gimp-root.sh "$version" bash -c '
      set -e
      mkdir -p palette-core
      cd palette-core
      find . -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
      tar --extract
      exec tests/run.sh
    '
}

has_gimp3() {
  command -v gimp-console >/dev/null && gimp-console --version 2>/dev/null | grep -q ' version 3\.'
}

case ${1:-} in
  '') with_gimp=yes ;;
  --core) with_gimp=no ;;
  *) fail "unknown option $1; the only one is --core" ;;
esac

[[ $with_gimp == no || $(id -u) -ne 0 ]] || ! has_gimp3 ||
  fail "where GIMP 3 is installed its tests run as an ordinary user, not as root"
set_up
lint
site
core_tests
if [[ $with_gimp == no ]]; then
  say "Passed, but without GIMP"
elif has_gimp3; then
  install_tests bare
  gimp_tests
  say "All passed"
elif [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  install_tests gimp
  in_root_with_gimp 3.0
  in_root_with_gimp 3.2
  say "All passed, with GIMP 3.0 and 3.2"
else
  fail "the GIMP tests need GIMP 3: install it, or run this as root on Debian"
fi
