# shellcheck shell=bash
# Find and run GIMP 3: those on PATH, an AppImage, Flathub's.

readonly app=org.gimp.GIMP # on Flathub
declare -A gimps=()        # the command that starts each GIMP 3, by its version X.Y
starter=()                 # what goes before that command
settings=${XDG_CONFIG_HOME:-$HOME/.config}/GIMP

find_gimps() {
  # Every GIMP 3 on PATH, or the one that the user names.
  local console version
  case $kind in
    system)
      for console in $(consoles); do
        version=$(gimp_version "$console")
        [[ -z $version || -n ${gimps[$version]:-} ]] || gimps[$version]=$console
      done
      ;;
    gimp) find_named "$chosen" ;;
    appimage) find_appimage "$chosen" ;;
    flatpak) find_flatpak ;;
  esac
}

consoles() { commands_like 'gimp-console(-3(\.[0-9]+)?)?'; }

find_named() {
  local console version
  console=$(console_of "$1")
  version=$(gimp_version "$console")
  [[ -n $version ]] || fail "'$1' is not a GIMP 3; without --gimp I look on PATH"
  gimps[$version]=$console
}

find_appimage() {
  # A file that mounts itself, at another path each time, and runs the GIMP that is in it.
  local file version
  [[ -f $1 ]] || fail "there is no file '$1'"
  [[ -x $1 ]] || fail "'$1' is not executable. Do: chmod +x '$1'"
  file=$(realpath -- "$1")
  version=$(gimp_version "$file")
  if [[ -z $version ]]; then
    quote_log .
    fail "'$1' does not say that it is GIMP 3. If FUSE is missing, set" \
      "APPIMAGE_EXTRACT_AND_RUN=1, as its option --appimage-extract-and-run does"
  fi
  gimps[$version]=$file
}

find_flatpak() {
  local version
  type -P flatpak >/dev/null ||
    fail "there is no command flatpak. Do: sudo apt install flatpak (or its like elsewhere)"
  flatpak info "$app" &>/dev/null || fail "$app is not installed. Do: flatpak install flathub $app"
  starter=(flatpak run)
  ! in_gimps_place sh -c 'type gimp-console' &>/dev/null || starter+=(--command=gimp-console)
  version=$(gimp_version "${starter[@]}" "$app")
  [[ -n $version ]] || { quote_log .; fail "$app is not a GIMP 3. Do: flatpak update $app"; }
  gimps[$version]=$app
  venv=$home/flatpak-venv
  # A Flatpak has its own folder for settings. On that of GIMP ours is mounted, if there is one.
  # shellcheck disable=SC2016
  settings=$(in_gimps_place sh -c 'mine=$XDG_CONFIG_HOME/GIMP
    if [ "$mine" -ef "$0" ]; then echo "$0"; else echo "$mine"; fi' "$settings")
}

in_gimps_place() {
  # Run a program where plug-ins run: in Flatpak's sandbox, if that is around GIMP.
  if [[ $kind == flatpak ]]; then
    flatpak run --filesystem="$project" --filesystem="$scratch" --command="$1" "$app" "${@:2}"
  else
    "$@"
  fi
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
  LC_ALL=C "$@" --version </dev/null &>"$scratch/log" || true
  sed -nE 's/^GNU Image Manipulation Program version (3\.[0-9]+).*/\1/p' "$scratch/log"
}

gimp_versions() { [[ ${#gimps[@]} -eq 0 ]] || printf '%s\n' "${!gimps[@]}" | sort -V; }

gimp_words() { say "${starter[*]:+${starter[*]} }${gimps[$1]}"; }

gimp_folder() {
  local folder=${GIMP3_DIRECTORY:-$settings/$1}
  [[ $folder == /* ]] || folder=$HOME/$folder # as GIMP reads it
  say "$folder"
}

run_gimp() {
  # run_gimp X.Y SCRIPT [python]: run Script-Fu in GIMP X.Y, without a window. Python-Fu
  # starts the first python3 on PATH, which may be conda's where GIMP brings none. Not
  # faster by -d and -f: GIMP would remember procedures without default brushes and fonts.
  local interpreter=${3:+python-fu-eval}
  "${starter[@]}" "${gimps[$1]}" -i --batch-interpreter="${interpreter:-plug-in-script-fu-eval}" \
    -b "$2" --quit </dev/null &>"$scratch/log"
}

gimp_has_plugin() { run_gimp "$1" "(if (not (defined? '$procedure)) (error \"no $procedure\"))"; }
