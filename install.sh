#!/usr/bin/env bash
# Install Palette Core, and its plug-in for GIMP 3, on Linux: ./install.sh --help
#
# What this makes, all of it the user's own:
#   ~/.local/share/palette-core/venv             the library and what it needs
#   ~/.local/share/palette-core/flatpak-venv     the same for Flatpak's GIMP
#   ~/.local/share/palette-core/docs             the guide, which the plug-in's Help opens
#   ~/.local/share/palette-core/demo             a picture and its palette
#   ~/.config/GIMP/3.x/plug-ins/quantize-kmeans  the plug-in
#   ~/.local/bin/palette-core                    a link to the command
#
# The plug-in runs in a Python that has GIMP's bindings. Where that can be a virtual
# environment on the system's Python, the library is in it. An AppImage and a Flatpak
# bring a Python of their own; there the plug-in starts another one, the worker, which
# has the library. Its file `environment` names that Python.
set -euo pipefail

readonly name=quantize-kmeans procedure=plug-in-quantize-kmeans demo_name=palette-core-demo
project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly project source=$project/plugin/$name
readonly home=${XDG_DATA_HOME:-$HOME/.local/share}/palette-core
readonly command=$home/venv/bin/palette-core link=$HOME/.local/bin/palette-core
readonly picture=$home/demo/$demo_name.png demo_palette=$home/demo/$demo_name.gpl

kind=system chosen='' # the option that names a GIMP, without --, and its value
venv=$home/venv
with_demo=yes

source "$project/tools/install/gimp.sh"
source "$project/tools/install/environment.sh"
source "$project/tools/install/plugin.sh"
source "$project/tools/install/check.sh"

main() {
  local action=install
  while [[ $# -gt 0 ]]; do
    case $1 in
      --gimp) [[ -n ${2:-} ]] || misused "--gimp needs a command"; choose gimp "$2"; shift ;;
      --gimp=?*) choose gimp "${1#*=}" ;;
      --appimage)
        [[ -n ${2:-} ]] || misused "--appimage needs a file"
        choose appimage "$2"
        shift
        ;;
      --appimage=?*) choose appimage "${1#*=}" ;;
      --flatpak) choose flatpak '' ;;
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
  [[ $action == uninstall ]] || find_gimps
  "$action"
}

choose() {
  [[ $kind == system ]] || misused "--gimp, --appimage and --flatpak name one GIMP each: give one"
  kind=$1 chosen=$2
}

brings_python() { [[ $kind == appimage || $kind == flatpak ]]; }

usage() {
  cat <<'END'
Usage: ./install.sh [OPTION...]

Installs the command palette-core, and the plug-in for every GIMP 3 on PATH. Then
it runs the plug-in once on a photo. Without GIMP 3 it installs the command alone.
Run it again to repair or upgrade the installation.

  --gimp COMMAND   for this GIMP only: a name or a path, gimp or gimp-console
  --appimage FILE  for the GIMP 3 in this AppImage only
  --flatpak        for the GIMP 3 from Flathub only
  --no-demo        do not run the plug-in on a photo
  --check          change nothing; print a diagnostic report
  --uninstall      remove what this script has installed; your palettes stay
  --help           this text
END
}

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: error: %s\n' "$*" >&2; exit 1; }
misused() { printf 'install.sh: error: %s; see ./install.sh --help\n' "$*" >&2; exit 2; }

quote_log() {
  # quote_log [PATTERN]: the lines that say why something failed.
  grep -iE "${1:-error|not found|cannot open}" "$scratch/log" | grep -v WARNING |
    awk '!seen[$0]++' | head -n 6 | sed 's/^ */  | /' >&2 || true
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

install() {
  local python version
  python=$(find_python) || fail "no Python 3.11 or newer with all it needs: $(python_advice)"
  for version in $(gimp_versions); do say "GIMP $version: $(gimp_words "$version")"; done
  say "Python: $python"
  install_library "$python"
  install_guide
  [[ $kind == flatpak ]] || link_command # that environment works in the Flatpak alone
  for version in $(gimp_versions); do
    make_profile "$version"
    install_plugin "$version"
    say "Plug-in: GIMP $version shows it from its next start: Filters > Quantize with k-means…"
    name_sharers "$version"
  done
  [[ $with_demo == no ]] || demo
  if [[ ${#gimps[@]} -gt 0 ]]; then
    say "Done. Start GIMP, open an image and choose Filters > Quantize with k-means…"
  else
    gimp_advice
  fi
}

gimp_advice() {
  say "No GIMP 3 on PATH, so no plug-in. Debian 13, Ubuntu 25.04 and newer: sudo apt install" \
    "gimp python3-gi gir1.2-gimp-3.0 python3-venv"
  say "Elsewhere: your distribution's own GIMP 3, an AppImage of it (--appimage FILE), or" \
    "Flathub's (--flatpak)."
}

uninstall() {
  local folder removed=no
  for folder in {"$settings","$HOME/.var/app/$app/config/GIMP"}/3.* "$(gimp_folder 3.0)"; do
    ! made_here "$folder/plug-ins/$name" || remove "$folder/plug-ins/$name"
    remove "$folder/plug-ins/.$name."{new,old}
  done
  [[ $(readlink "$link") != "$command" ]] || remove "$link"
  remove "$home/"{,flatpak-}venv{,.old} "$home/docs"{,.new,.old} "$picture" "$demo_palette"
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
