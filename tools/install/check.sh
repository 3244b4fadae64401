# shellcheck shell=bash
# install.sh --check: what is there, what is right, and what is wrong.

check() {
  # All of it can be pasted where others read it: the home folder is ~, by all its names.
  local line tilde='~' real
  real=$(realpath -- "$HOME")
  report | while IFS= read -r line; do
    line=${line//"$HOME/"/$tilde/}
    say "${line//"$real/"/$tilde/}"
  done
}

report() {
  local version python all_well=yes repair='Do: ./install.sh'
  case $kind in
    gimp) repair+=' --gimp COMMAND' ;;
    appimage) repair+=' --appimage FILE' ;;
    flatpak) repair+=' --flatpak' ;;
  esac
  python=$(find_python || say "The system's Python")
  say "palette-core $(project_version) on $(system_name)"
  holds "There is a GIMP 3" "$(gimp_advice)" test ${#gimps[@]} -gt 0
  holds "$python is 3.11 or newer, with all that is needed" "Do: $(python_advice)" find_python
  holds "The environment $venv works" "$repair" venv_works
  say_versions
  holds "Its library is that of $project" "$repair" same_library
  for version in $(gimp_versions); do
    say "GIMP $version ($(gimp_words "$version")):"
    check_plugin "$version" "$(gimp_folder "$version")/plug-ins"
  done
  [[ $all_well == yes ]] || fail "not all is well: do what the lines below each NO say"
  say "All is well. A GIMP that is running shows a new plug-in after a restart."
}

holds() {
  # holds SENTENCE ADVICE COMMAND...: say whether it is so, and what to do if not.
  if "${@:3}" &>/dev/null; then
    say "  yes  $1"
  else
    say "  NO   $1"
    say "       ${2//$'\n'/$'\n'       }"
    all_well=no
  fi
}

project_version() {
  sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$project/palette_core/__init__.py"
}

system_name() {
  local PRETTY_NAME=''
  # shellcheck source=/dev/null
  [[ ! -r /etc/os-release ]] || source /etc/os-release
  say "${PRETTY_NAME:-$(uname -s)}, $(uname -m)"
}

say_versions() {
  # What is in the environment, which --check says works or does not.
  venv_python - 2>/dev/null <<'END' || true
import platform
from importlib import metadata


def version(name):
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"no {name}"


packages = ("palette-core", "numpy", "pillow", "scikit-learn")
print("       with Python", ", ".join([platform.python_version(), *map(version, packages)]))
END
}

check_plugin() {
  local plugins=$2 file=$2/$name/$name.py misplaced
  gimp_version "${starter[@]}" "${gimps[$1]}" >/dev/null
  grep '^GNU' "$scratch/log" | sed 's/^/       /'
  misplaced=$(find "$plugins" -maxdepth 2 -name "$name.py" ! -path "$file" 2>/dev/null || true)
  holds "No $name.py is in a folder of another name, where GIMP ignores it" "Remove: $misplaced" \
    test -z "$misplaced"
  holds "The plug-in is $file" "$repair" test -f "$file"
  [[ -f $file ]] || return 0
  holds "The file is executable" "$repair" test -x "$file"
  holds "Its first line names a Python that is there" "$repair" starts_python "$file"
  holds "It is the same as in $project" "$repair" same_plugin "$plugins/$name"
  holds "GIMP has $procedure" "$repair, which shows what GIMP says" gimp_has_plugin "$1"
  if brings_python; then
    check_own_python "$1"
  elif starts_python "$file"; then
    say "       It runs in that environment, without a worker"
  fi
}

check_own_python() {
  # Ask the Python that GIMP brings, which runs its own plug-ins and ours.
  local found
  run_gimp "$1" 'import platform, sys
from importlib.util import find_spec
found = ["with" if find_spec(name) else "without" for name in ("numpy", "palette_core")]
has = "{} NumPy, {} palette_core".format(*found)
print("own Python:", sys.executable, platform.python_version(), has)' python || true
  found=$(sed -n 's/^own Python: //p' "$scratch/log")
  holds "GIMP's own Python runs its plug-ins" "Ask where you have this GIMP from" test -n "$found"
  say "       It runs in ${found:-that Python}"
  [[ -n $found && $found != *without* ]] || say "       The worker is $venv/bin/python"
}

starts_python() {
  [[ $(head -n 1 "$1") == "$(interpreter_line)" ]] && in_gimps_place test -x "$venv/bin/python"
}

same() { diff -r -x __pycache__ "$1" "$2"; }

same_library() {
  same "$project/palette_core" "$(venv_python -c 'import palette_core as p; print(p.__path__[0])')"
}

same_plugin() {
  local fresh
  fresh=$(mktemp -d -p "$scratch")/$name
  write_plugin "$fresh" && same "$fresh" "$1"
}
