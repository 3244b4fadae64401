#!/usr/bin/env bash
# Set up and run every test: lint, types, the core, install.sh, and the plug-in in real GIMP 3.
#
#   tests/run.sh                    everything
#   tests/run.sh --core             everything that does not need GIMP 3
#   tests/run.sh --gimp             only what needs GIMP 3
#   tests/run.sh --another-version  what depends on the versions of GIMP 3 and of Python
#
# On a machine with GIMP 3 everything runs there, by an ordinary user. Without GIMP, root on Debian
# runs the GIMP tests in root folders that hold GIMP 3.0 and 3.2 (see gimp-root.sh), side by side.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'tests/run.sh: error: %s\n' "$*" >&2; exit 1; }

python=.venv/bin/python
screen_tools=(Xvfb openbox xdotool import dbus-run-session)
gimp_versions=(3.0 3.2)
# The root with the newest GIMP has a newer Python with newer packages. These tests depend on them:
# results to the byte, imports, other processes, files in and out, and what argparse prints. The
# other tests of the core run once, on this machine.
depends_on_python=(
  tests/core/test_{hashes,options,kmeans,scikit_learn}.py
  tests/core/test_{public_face,executors,progress}.py
  tests/plugin
  tests/core/test_{formats,files,image_files,animation,hostile_files,cli,guide}.py
)
durations=()

phase() {
  # phase NAME COMMAND...: run it under a heading, and note how long it took.
  local start=$SECONDS
  say "$1"
  "${@:2}"
  durations+=("$(minutes $((SECONDS - start)))  $1")
}

minutes() { printf '%3d:%02d' $(($1 / 60)) $(($1 % 60)); }

finish() {
  # Whatever has ended the run, end what still runs in the background, and show the durations.
  local job
  for job in $(jobs -p); do kill -- "-$job" 2>/dev/null || true; done
  say "Minutes"
  printf '%s\n' "${durations[@]}" "$(minutes "$SECONDS")  together"
}

in_background() {
  # in_background LOG COMMAND...: as a process group of its own, which `finish` can end.
  mkdir -p "${1%/*}"
  set -m
  "${@:2}" >"$1" 2>&1 &
  set +m
}

set_up() {
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
  "$python" -m ruff check .
  "$python" -m ruff format --check .
  "$python" -m mypy
  .venv/bin/lint-imports
  .venv/bin/shellcheck -xa install.sh tests/run.sh tests/gimp-root.sh .ci/run
  lint_words
}

lint_words() {
  # A docstring says "Return …", as in NumPy, and a commit's subject fits into a line of the log.
  ! grep -rnE '"""(Give|Tell|Let|Put|Have|Say)s? ' --include='*.py' --exclude-dir=.venv . ||
    fail "begin these docstrings with what the function returns or does"
  ! git log -100 --format=%s 2>/dev/null | LC_ALL=C.UTF-8 grep -E ".{73}" ||
    fail "these subjects of commits have more than 72 characters"
}

site() { "$python" -m sphinx -W --keep-going --quiet -c docs/site . build/site; }

run_pytest() { "$python" -m pytest --quiet --durations=15 "$@"; }

core_tests() {
  # core_tests FILE...: on all processors, a file at a time, as its tests may share a fixture. The
  # longest files are in the middle of the alphabet.
  "$python" --version
  run_pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder "$@"
  "$python" -m pytest --quiet --doctest-modules palette_core
}

install_tests() { run_pytest --numprocesses=2 --dist=loadfile tests/install -m 'not gimp'; }

gimp_tests() {
  # gimp_tests MARKERS: without the tests that have one of these markers.
  local tool
  for tool in "${screen_tools[@]}"; do
    command -v "$tool" >/dev/null ||
      fail "$tool is needed for the virtual screen; install xvfb openbox xdotool imagemagick dbus"
  done
  export PALETTE_CORE_TEST_PICTURES=${PALETTE_CORE_TEST_PICTURES:-$PWD/build/screenshots}
  # A file at a time, as its tests may share a GIMP. Three at once, as GIMP and its windows are
  # mostly waited for, while installing computes.
  run_pytest --numprocesses=3 --dist=loadfile tests/install tests/gimp tests/gui -m "not ($1)"
  say "Look at the screenshots in $PALETTE_CORE_TEST_PICTURES"
}

make_roots() {
  local version
  for version in "${gimp_versions[@]}"; do tests/gimp-root.sh "$version" true; done
}

in_root_with_gimp() {
  # in_root_with_gimp VERSION OPTION
  # A copy of the project, tested by the root's ordinary user as on a machine of their own.
  tar --create --exclude=./.venv --exclude=./.git --exclude=./build --exclude='.*_cache' \
    --exclude=__pycache__ --exclude=.hypothesis . |
    tests/gimp-root.sh "$1" bash -c '
      set -e
      mkdir -p palette-core
      cd palette-core
      find . -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
      tar --extract
      exec tests/run.sh "$@"
    ' bash "$2"
}

gimp_in_roots() {
  # At the same time, as these tests wait for GIMP and for the screen more than they compute.
  local version failed=''
  local -A job=() options=(["${gimp_versions[-1]}"]=--another-version)
  for version in "${gimp_versions[@]}"; do
    in_background "build/gimp-$version.log" \
      in_root_with_gimp "$version" "${options[$version]:---gimp}"
    job[$version]=$!
  done
  printf 'Output is shown when all is done; until then it is in build/gimp-3.*.log\n'
  for version in "${gimp_versions[@]}"; do
    wait "${job[$version]}" || failed+=" $version"
    say "In a Debian root with GIMP $version"
    cat "build/gimp-$version.log"
  done
  [[ -z $failed ]] || fail "failed with GIMP$failed: see above"
}

has_gimp3() {
  command -v gimp-console >/dev/null && gimp-console --version 2>/dev/null | grep -q ' version 3\.'
}

core=all gimp=here
for option; do
  case $option in
    --core) gimp=nowhere ;;
    --gimp) core=none ;;
    --another-version) core=python ;;
    *) fail "unknown option $option; there are --core, --gimp and --another-version" ;;
  esac
done
if [[ $gimp == here ]] && has_gimp3; then
  [[ $(id -u) -ne 0 ]] ||
    fail "where GIMP 3 is installed its tests run as an ordinary user, not as root"
elif [[ $gimp == here ]]; then
  [[ $(id -u) -eq 0 ]] || fail "the GIMP tests need GIMP 3: install it, or give --core"
  gimp=in_roots
fi

trap finish EXIT
# Should this fail, `gimp_in_roots` tries again, and says why.
[[ $gimp != in_roots ]] || in_background build/roots.log make_roots
phase "Setting up .venv" set_up
case $core in
  all)
    phase "Lint and types" lint
    phase "The site, in build/site" site
    phase "Core" core_tests tests/core tests/plugin
    ;;
  python) phase "Core, as far as it depends on Python" core_tests "${depends_on_python[@]}" ;;
esac
case $gimp in
  nowhere) say "Passed, but without GIMP" ;;
  here)
    case $core in
      all) elsewhere=bare ;;
      none) elsewhere='bare or any_machine' ;;
      python) elsewhere='bare or any_machine or any_gimp' ;;
    esac
    phase "$(gimp-console --version | head -n 1)" gimp_tests "$elsewhere"
    say "All passed"
    ;;
  in_roots)
    phase "install.sh, without GIMP" install_tests
    phase "GIMP ${gimp_versions[*]}, in Debian roots" gimp_in_roots
    say "All passed, with GIMP ${gimp_versions[*]}"
    ;;
esac
