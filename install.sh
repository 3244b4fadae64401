#!/usr/bin/env bash
# Install Palette Core, and its plug-in for GIMP 3, on Linux: ./install.sh --help
#
# What this makes, all of it the user's own:
#   ~/.local/share/palette-core/venv             the library and what it needs
#   ~/.local/share/palette-core/docs             the guide, which the plug-in's Help opens
#   ~/.local/share/palette-core/demo             a picture and its palette
#   ~/.config/GIMP/3.x/plug-ins/quantize-kmeans  the plug-in
#   ~/.local/bin/palette-core                    a link to the command
set -euo pipefail

readonly name=quantize-kmeans procedure=plug-in-quantize-kmeans demo_name=palette-core-demo
project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly project source=$project/plugin/$name
readonly home=${XDG_DATA_HOME:-$HOME/.local/share}/palette-core
readonly venv=$home/venv command=$home/venv/bin/palette-core link=$HOME/.local/bin/palette-core
readonly picture=$home/demo/$demo_name.png demo_palette=$home/demo/$demo_name.gpl

declare -A gimps=() # the command that starts each GIMP 3, by its version X.Y
with_demo=yes

main() {
  local action=install gimp=''
  while [[ $# -gt 0 ]]; do
    case $1 in
      --gimp) [[ -n ${2:-} ]] || misused "--gimp needs a command"; gimp=$2; shift ;;
      --gimp=?*) gimp=${1#*=} ;;
      --no-demo) with_demo=no ;;
      --check | --uninstall) action=${1#--} ;;
      --help | -h) usage; exit ;;
      *) misused "unknown option '$1'" ;;
    esac
    shift
  done
  [[ $EUID -ne 0 || -z ${SUDO_USER:-} ]] || fail "run it without sudo: it installs for you alone"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  clean_environment
  find_gimps "$gimp"
  "$action"
}

usage() {
  cat <<'END'
Usage: ./install.sh [OPTION...]

Installs Palette Core and its plug-in for every GIMP 3 on PATH, asks GIMP whether
it has the plug-in, and runs it once on a photo. Without GIMP 3 it installs the
command palette-core alone. Running it again repairs and upgrades.

  --gimp COMMAND   for this GIMP only: a name or a path, gimp or gimp-console
  --no-demo        do not run the plug-in on a photo
  --check          change nothing; say what is right and what is wrong
  --uninstall      remove what this script made; your palettes stay
  --help           this text
END
}

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: error: %s\n' "$*" >&2; exit 1; }
misused() { printf 'install.sh: error: %s; see ./install.sh --help\n' "$*" >&2; exit 2; }

quote_log() {
  # The lines that say why something failed.
  grep -iE 'error|not found' "$scratch/log" | grep -v WARNING | awk '!seen[$0]++' | head -n 6 |
    sed 's/^ */  | /' >&2 || true
}

commands_like() { compgen -c | grep -Ex "$1" | sort -ruV; }

quoted() {
  # quoted TEXT [CHARACTERS]: "TEXT", with a backslash before each \, " and CHARACTER.
  printf '"%s"' "$(printf '%s' "$1" | sed "s/[\\\\\"${2:-}]/\\\\&/g")"
}

clean_environment() {
  # Python and pip must not be led elsewhere by what the user set for other work.
  # pip's settings for reaching an index of packages stay.
  local variable
  for variable in $(compgen -e PYTHON) $(compgen -e PIP_) VIRTUAL_ENV; do
    case $variable in
      PIP_*INDEX* | PIP_*CERT | PIP_*TIMEOUT | PIP_*CACHE_DIR | PIP_CONFIG_FILE) ;;
      PIP_PROXY | PIP_TRUSTED_HOST | PIP_RETRIES | PIP_FIND_LINKS | PIP_KEYRING_PROVIDER) ;;
      *) unset "$variable" ;;
    esac
  done
  export PYTHONNOUSERSITE=1 PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
}

# --- GIMP ---------------------------------------------------------------------

find_gimps() {
  # Every GIMP 3 on PATH, or the one that the user names.
  local consoles console version
  if [[ -n $1 ]]; then
    consoles=("$(console_of "$1")")
  else
    mapfile -t consoles < <(commands_like 'gimp-console(-3(\.[0-9]+)?)?')
  fi
  for console in "${consoles[@]}"; do
    version=$(gimp_version "$console")
    [[ -z $version || -n ${gimps[$version]:-} ]] || gimps[$version]=$console
  done
  [[ -z $1 || ${#gimps[@]} -eq 1 ]] || fail "'$1' is not a GIMP 3; without --gimp I look on PATH"
}

console_of() {
  # The gimp-console beside a gimp: the same program without windows.
  local given console
  given=$(type -P -- "$1") || given=$1
  console=${given%/*}/gimp-console${given##*/gimp}
  if [[ $given == */gimp* && -x $console ]]; then say "$console"; else say "$given"; fi
}

gimp_version() {
  # X.Y of a GIMP 3; nothing for any other command.
  { LC_ALL=C "$1" --version </dev/null 2>/dev/null || true; } |
    sed -nE 's/^GNU Image Manipulation Program version (3\.[0-9]+).*/\1/p'
}

gimp_versions() { [[ ${#gimps[@]} -eq 0 ]] || printf '%s\n' "${!gimps[@]}" | sort -V; }

gimp_folder() {
  local folder=${GIMP3_DIRECTORY:-${XDG_CONFIG_HOME:-$HOME/.config}/GIMP/$1}
  [[ $folder == /* ]] || folder=$HOME/$folder # as GIMP reads it
  say "$folder"
}

run_gimp() {
  # Run Script-Fu in GIMP X.Y, without a window. Not Python-Fu: that starts the
  # first python3 on PATH, which may be conda's. Not faster by -d and -f: GIMP
  # would remember procedures without their default brushes and fonts.
  "${gimps[$1]}" -i --batch-interpreter=plug-in-script-fu-eval -b "$2" --quit \
    </dev/null &>"$scratch/log"
}

gimp_has_plugin() { run_gimp "$1" "(if (not (defined? '$procedure)) (error \"no $procedure\"))"; }

# --- Python -------------------------------------------------------------------

find_python() {
  # GIMP's bindings belong to the system's Python: it goes before PATH.
  local python
  for python in /usr/bin/python3 /usr/local/bin/python3 \
    $(commands_like 'python3(\.[0-9]+)?'); do
    [[ -n $(lacks "$python") ]] || { type -P "$python"; return; }
  done
  return 1
}

lacks() {
  # What a Python lacks for this work, as Debian calls it; nothing if it is fit.
  "$1" -I - "${#gimps[@]}" 2>/dev/null <<'END' || say python3
import sys

lacking = []
if sys.version_info < (3, 11):
    lacking.append("python3.11")
try:
    import ensurepip, venv
except ImportError:
    lacking.append("python3-venv")
try:
    if sys.argv[1] != "0":
        import gi
        gi.require_version("Gimp", "3.0")
except ImportError:
    lacking += ["python3-gi", "gir1.2-gimp-3.0"]
except ValueError:
    lacking.append("gir1.2-gimp-3.0")
print(*lacking)
END
}

python_advice() { say "sudo apt install $(lacks /usr/bin/python3) (or their like elsewhere)"; }

# -I, lest the clone be imported when it is the current folder.
venv_python() { "$venv/bin/python" -I "$@"; }
venv_works() { venv_python -c 'import numpy, PIL, sklearn, joblib, tqdm, palette_core'; } &>"$scratch/log"
venv_fits() {
  [[ -z $(lacks "$venv/bin/python") ]] && # and it has a pip of its own
    venv_python -c 'import pip, sys; sys.exit(not pip.__file__.startswith(sys.prefix))' 2>/dev/null
}

new_venv() {
  # The old one waits beside the new one until that is complete.
  mkdir -p "$home"
  [[ ! -e $venv || -e $venv.old ]] || mv -T "$venv" "$venv.old"
  rm -rf "$venv"
  "$1" -I -m venv --system-site-packages "$venv" &>"$scratch/log" ||
    fail "$1 cannot make a virtual environment: $(tail -n 1 "$scratch/log")"
}

restore_venv() { [[ ! -e $venv.old ]] || { rm -rf "$venv" && mv -T "$venv.old" "$venv"; }; }

pip_install() {
  # pip fetches all packages before it changes anything.
  local cause
  ! venv_python -m pip install --quiet --upgrade "$project" &>"$scratch/log" || return 0
  cause=$(sed -nE "s/.*connection broken by .*: (.*)['\"]\)+': .*/\1/p" "$scratch/log" | tail -n 1)
  [[ -z $cause ]] || fail "pip cannot fetch packages ($cause): check the network and try again"
  quote_log
  fail "pip cannot install $project: see its lines above"
}

install_library() {
  say "Installing the library and what it needs (the first time 300 MB, about a minute)"
  restore_venv # an interrupted run may have left it
  trap 'restore_venv; rm -rf "$scratch"' EXIT
  venv_fits || new_venv "$1"
  pip_install
  if ! venv_works; then # damaged where pip does not look
    new_venv "$1"
    pip_install
    venv_works || fail "the library does not start: $(tail -n 1 "$scratch/log")"
  fi
  rm -rf "$venv.old"
}

install_guide() {
  rm -rf "$home/docs."{new,old}
  mkdir "$home/docs.new"
  cp -R "$project/docs/"{guide,images,appearance.md} "$home/docs.new"
  chmod -R u+rwX "$home/docs.new"
  [[ ! -e $home/docs ]] || mv -T "$home/docs" "$home/docs.old"
  mv -T "$home/docs.new" "$home/docs"
  rm -rf "$home/docs.old"
}

link_command() {
  mkdir -p "${link%/*}"
  if [[ (-e $link || -L $link) && $(readlink "$link") != "$command" ]]; then
    say "Note: $link is not from this script and stays; the command is $command"
    return
  fi
  ln -sfn "$command" "$link"
  say "Command: $link"
  [[ :$PATH: == *":${link%/*}:"* ]] || say "Note: ${link%/*} is not in your PATH"
}

# --- the plug-in --------------------------------------------------------------

install_plugin() {
  local plugins target
  plugins=$(gimp_folder "$1")/plug-ins
  target=$plugins/$name
  if [[ -L $target ]]; then
    say "Note: $target was a link to $(readlink "$target"), which stays as it is"
  elif [[ -e $target ]]; then
    made_here "$target" || fail "$target is not from this script: move it away and try again"
  fi
  mkdir -p "$plugins"
  rm -rf "$plugins/.$name."{new,old}
  write_plugin "$plugins/.$name.new"
  [[ ! -e $target && ! -L $target ]] || mv -T "$target" "$plugins/.$name.old"
  mv -T "$plugins/.$name.new" "$target"
  rm -rf "$plugins/.$name.old"
  gimp_has_plugin "$1" || { quote_log; fail "GIMP $1 does not take the plug-in: see --check"; }
}

made_here() {
  [[ ! -L $1 ]] && head -n 1 "$1/$name.py" 2>/dev/null | grep -q palette-core/venv/bin/python
}

write_plugin() {
  # A copy of the plug-in, as a new folder, that runs in our environment.
  cp -R "$source" "$1"
  chmod -R u+rwX "$1" # the project may be read-only
  find "$1" -name __pycache__ -prune -exec rm -rf {} +
  { interpreter_line; tail -n +2 "$source/$name.py"; } >"$1/$name.py"
  chmod +x "$1/$name.py"
}

interpreter_line() {
  local python=$venv/bin/python
  if [[ $python == *[[:space:]]* ]]; then
    # Needs quotes, which GIMP does not know but env -S does; it also reads \ " $.
    say "#!/usr/bin/env -S $(quoted "$python" '$') -sE"
  else
    say "#!$python -sE"
  fi
}

make_profile() {
  # GIMP makes its folder itself, and brings along what the user had in an older
  # GIMP, but only while there is no such folder.
  [[ ! -d $(gimp_folder "$1") ]] || return 0
  say "Starting GIMP $1 once, without a window: it has no settings folder yet"
  run_gimp "$1" '#t' || { quote_log; fail "GIMP $1 does not start"; }
}

# --- the demo -----------------------------------------------------------------

demo() {
  local photo version
  photo=$(venv_python -c 'import sklearn.datasets as d; print(d.__path__[0])') || photo=''
  photo=$photo/images/china.jpg
  [[ -f $photo ]] || fail "scikit-learn here has no photo '$photo': see --no-demo"
  version=$(gimp_versions | tail -n 1)
  say "Reducing a photo to 16 colours${version:+ in GIMP $version}"
  mkdir -p "${picture%/*}"
  if [[ -n $version ]]; then demo_in_gimp "$version" "$photo"; else demo_without_gimp "$photo"; fi
}

demo_in_gimp() {
  local palette earlier=$scratch/earlier.gpl fresh=yes
  palette=$(gimp_folder "$1")/palettes/$demo_name.gpl
  # The palette of an earlier demo makes way, unless the user has changed it.
  ! cmp -s "$palette" "$demo_palette" || mv "$palette" "$earlier"
  [[ ! -e $palette ]] || fresh=no
  if ! run_gimp "$1" "$(demo_script "$2")"; then
    [[ ! -e $earlier ]] || mv "$earlier" "$palette"
    quote_log
    fail "the plug-in does not run in GIMP $1: see --check"
  fi
  if [[ $fresh == no ]]; then
    say "Note: GIMP had a palette $demo_name already, which stays as it is"
  elif [[ -e $palette ]]; then
    cp "$palette" "$demo_palette"
  else # GIMP's preferences may name another folder for palettes
    palette="$demo_name, in GIMP's Palettes dialogue"
  fi
  say "Picture: $picture"
  say "Palette: $palette"
}

demo_script() {
  # A name that is taken makes GIMP number the new palette; that one goes again.
  cat <<END
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE $(quoted "$1"))))
       (made ($procedure #:run-mode RUN-NONINTERACTIVE #:image image
               #:drawables (car (gimp-image-get-layers image)) #:colors 16
               #:output "new-image" #:save-palette TRUE #:palette-name "$demo_name"))
       (palette (caddr made)))
  (gimp-file-save RUN-NONINTERACTIVE (car made) $(quoted "$picture"))
  (if (not (string=? palette "$demo_name"))
      (gimp-resource-delete (car (gimp-palette-get-by-name palette)))))
END
}

demo_without_gimp() {
  "$command" quantize "$1" -k 16 -o "$picture" --palette-out "$demo_palette" --force \
    >"$scratch/log" || fail "$command does not work: see its line above"
  say "Picture: $picture"
  say "Palette: $demo_palette"
}

# --- the three actions --------------------------------------------------------

install() {
  local python version
  python=$(find_python) || fail "no Python 3.11 or newer with all it needs: $(python_advice)"
  for version in $(gimp_versions); do say "GIMP $version: ${gimps[$version]}"; done
  say "Python: $python"
  install_library "$python"
  install_guide
  link_command
  for version in $(gimp_versions); do
    make_profile "$version"
    install_plugin "$version"
    say "Plug-in: GIMP $version shows it from its next start: Filters > Quantize with k-means…"
  done
  [[ $with_demo == no ]] || demo
  [[ ${#gimps[@]} -gt 0 ]] || gimp_advice
}

gimp_advice() {
  say "No GIMP 3 on PATH, so no plug-in. Debian 13, Ubuntu 25.04 and newer: sudo apt install" \
    "gimp python3-gi gir1.2-gimp-3.0 python3-venv"
  say "Elsewhere: your distribution's own GIMP 3, not Flatpak, Snap, AppImage. Then run this again."
}

check() {
  local version python all_well=yes
  python=$(find_python || say "The system's Python")
  holds "There is a GIMP 3" "$(gimp_advice)" test ${#gimps[@]} -gt 0
  holds "$python is 3.11 or newer, with all that is needed" "Do: $(python_advice)" find_python
  holds "The environment $venv works" "Do: ./install.sh" venv_works
  holds "Its library is that of $project" "Do: ./install.sh" same_library
  for version in $(gimp_versions); do
    say "GIMP $version (${gimps[$version]}):"
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

check_plugin() {
  local plugins=$2 file=$2/$name/$name.py misplaced
  misplaced=$(find "$plugins" -maxdepth 2 -name "$name.py" ! -path "$file" 2>/dev/null || true)
  holds "No $name.py is in a folder of another name, where GIMP ignores it" "Remove: $misplaced" \
    test -z "$misplaced"
  holds "The plug-in is $file" "Do: ./install.sh" test -f "$file"
  [[ -f $file ]] || return 0
  holds "The file is executable" "Do: chmod +x '$file'" test -x "$file"
  holds "Its first line names a Python that is there" "Do: ./install.sh" starts_python "$file"
  holds "It is the same as in $project" "Do: ./install.sh" same_plugin "$plugins/$name"
  holds "GIMP has $procedure" "Do: ./install.sh, which shows what GIMP says" gimp_has_plugin "$1"
}

starts_python() { [[ -x $venv/bin/python && $(head -n 1 "$1") == "$(interpreter_line)" ]]; }

same() { diff -r -x __pycache__ "$1" "$2"; }

same_library() {
  same "$project/palette_core" "$(venv_python -c 'import palette_core as p; print(p.__path__[0])')"
}

same_plugin() {
  local fresh
  fresh=$(mktemp -d -p "$scratch")/$name
  write_plugin "$fresh" && same "$fresh" "$1"
}

uninstall() {
  local folder removed=no
  for folder in "${XDG_CONFIG_HOME:-$HOME/.config}"/GIMP/3.* "$(gimp_folder 3.0)"; do
    ! made_here "$folder/plug-ins/$name" || remove "$folder/plug-ins/$name"
    remove "$folder/plug-ins/.$name."{new,old}
  done
  [[ $(readlink "$link") != "$command" ]] || remove "$link"
  remove "$venv" "$venv.old" "$home/docs" "$home/docs."{new,old} "$picture" "$demo_palette"
  rmdir "${picture%/*}" "$home" 2>/dev/null || true
  [[ $removed == yes ]] || say "There is nothing to remove"
  say "Your palettes in GIMP are as they were"
}

remove() {
  local path
  for path; do
    [[ -e $path || -L $path ]] || continue
    rm -rf "$path"
    say "Removed $path"
    removed=yes
  done
}

main "$@"
