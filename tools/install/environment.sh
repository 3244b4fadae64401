# shellcheck shell=bash
# The Python environment, and the command and the guide beside it.

find_python() {
  # GIMP's bindings belong to the system's Python: it goes before PATH. A Flatpak has one only.
  local python
  if [[ $kind == flatpak ]]; then
    [[ -z $(lacks python3) ]] && say python3
    return
  fi
  for python in /usr/bin/python3 /usr/local/bin/python3 \
    $(commands_like 'python3(\.[0-9]+)?'); do
    [[ -n $(lacks "$python") ]] || { type -P "$python"; return; }
  done
  return 1
}

lacks() {
  # What a Python lacks for this work, as Debian calls it; nothing if it is fit. Where
  # GIMP brings its own Python, that has the bindings. Flatpak's may have no ensurepip.
  in_gimps_place "$1" -I - "$kind" "${#gimps[@]}" 2>/dev/null <<'END' || say python3
import sys

kind, gimps = sys.argv[1:]
lacking = []
if sys.version_info < (3, 11):
    lacking.append("python3.11")
try:
    import venv
    if kind != "flatpak":
        import ensurepip
except ImportError:
    lacking.append("python3-venv")
try:
    if kind in ("system", "gimp") and gimps != "0":
        import gi
        gi.require_version("Gimp", "3.0")
except ImportError:
    lacking += ["python3-gi", "gir1.2-gimp-3.0"]
except ValueError:
    lacking.append("gir1.2-gimp-3.0")
print(*lacking)
END
}

python_advice() {
  if [[ $kind == flatpak ]]; then
    say "flatpak update $app"
  else
    say "sudo apt install $(lacks /usr/bin/python3) (or their like elsewhere)"
  fi
}

# -I, lest the clone be imported when it is the current folder.
venv_python() { in_gimps_place "$venv/bin/python" -I "$@"; }
venv_works() {
  venv_python -c 'import numpy, PIL, sklearn, joblib, tqdm, markdown_it, palette_core'
} &>"$scratch/log"
venv_fits() {
  [[ -z $(lacks "$venv/bin/python") ]] && # and it has a pip of its own
    venv_python -c 'import pip, sys; sys.exit(not pip.__file__.startswith(sys.prefix))' 2>/dev/null
}

new_venv() {
  # The old one waits beside the new one until that is complete.
  mkdir -p "$home"
  [[ ! -e $venv || -e $venv.old ]] || mv -T "$venv" "$venv.old"
  rm -rf "$venv"
  {
    in_gimps_place "$1" -I -m venv --system-site-packages "$venv" ||
      { [[ $kind == flatpak ]] && lend_pip "$1"; }
  } &>"$scratch/log" || fail "$1 cannot make a virtual environment: $(tail -n 1 "$scratch/log")"
}

lend_pip() {
  # A Flatpak may come without pip: the system's Python fetches it. pip runs out of its file.
  local lender=$scratch/lender
  rm -rf "$lender" "$venv"
  in_gimps_place "$1" -I -m venv --system-site-packages --without-pip "$venv" || return
  if ! python3 -I -m venv "$lender"; then
    say "Flatpak's Python has no pip, and the system's cannot fetch it: install python3-venv"
    return 1
  fi
  "$lender/bin/python" -I -m pip download --quiet --no-deps --dest "$lender" pip &&
    venv_python "$(compgen -G "$lender/pip-*.whl")/pip" install --no-index --ignore-installed \
      "$lender"/pip-*.whl
}

restore_venv() { [[ ! -e $venv.old ]] || { rm -rf "$venv" && mv -T "$venv.old" "$venv"; }; }

pip_install() {
  # pip fetches all packages before it changes anything.
  local cause
  ! venv_python -m pip install --quiet --upgrade "${project}[guide]" &>"$scratch/log" || return 0
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
  venv_python "$project/tools/install/guide.py" "$home/docs.new"
  chmod -R u+rwX "$home/docs.new" # the project may be read-only
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
