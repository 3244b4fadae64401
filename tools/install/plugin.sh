# shellcheck shell=bash
# The plug-in in GIMP's folder, and what it makes of a photo.

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
  local lines
  lines=$(head -qn 1 "$1/"{environment,"$name.py"} 2>/dev/null || true)
  [[ ! -L $1 && $lines =~ palette-core/(flatpak-)?venv/bin/python ]]
}

write_plugin() {
  # A copy of the plug-in, as a new folder, that runs in our environment, or starts a
  # worker there. The choices of its dialog are those of the library.
  cp -R "$source" "$1"
  chmod -R u+rwX "$1" # the project may be read-only
  find "$1" -name __pycache__ -prune -exec rm -rf {} +
  { interpreter_line; tail -n +2 "$source/$name.py"; } >"$1/$name.py"
  chmod +x "$1/$name.py"
  say "$venv/bin/python" >"$1/environment"
  venv_python -m palette_core.choices >"$1/choices.json"
}

interpreter_line() {
  local python=$venv/bin/python
  if brings_python; then
    # As it is, `/usr/bin/env python3`: so begin GIMP's own plug-ins, and both have their
    # Python first in PATH. No path could be named: an AppImage is mounted at another one
    # each time. A bare `python3` needs a map of interpreters, which GIMP has not on Linux.
    head -n 1 "$source/$name.py"
  elif [[ $python == *[[:space:]]* ]]; then
    # Needs quotes, which GIMP does not know but env -S does; it also reads \ " $.
    say "#!/usr/bin/env -S $(quoted "$python" '$') -sE"
  else
    say "#!$python -sE"
  fi
}

name_sharers() {
  # A GIMP on PATH of the same version reads the same folder.
  local console
  brings_python || return 0
  [[ $settings == "${XDG_CONFIG_HOME:-$HOME/.config}/GIMP" ]] || return 0
  for console in $(consoles); do
    [[ $(gimp_version "$console") == "$1" ]] || continue
    say "Note: $console has the same folder, which is for the $kind now;" \
      "./install.sh makes it $console's again"
    return
  done
}

make_profile() {
  # GIMP makes its folder itself, and brings along what the user had in an older
  # GIMP, but only while there is no such folder.
  [[ ! -d $(gimp_folder "$1") ]] || return 0
  say "Starting GIMP $1 once, without a window: it has no settings folder yet"
  run_gimp "$1" '#t' || { quote_log; fail "GIMP $1 does not start"; }
}

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
    say "Note: GIMP already has a palette $demo_name, which stays as it is"
  elif [[ -e $palette ]]; then
    cp "$palette" "$demo_palette"
  else # GIMP's preferences may name another folder for palettes
    palette="$demo_name, in GIMP's Palettes dialog"
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
