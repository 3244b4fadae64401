#!/usr/bin/env bash
# shellcheck disable=SC2016 # what is quoted is for apt or for the shell in the root
# Run a command as an ordinary user in a Debian root folder that has GIMP 3.
#
#   tests/gimp-root.sh 3.0|3.2 COMMAND [ARGUMENT...]
#
# The root is made on first use (about two minutes), kept in a cache folder
# outside the project, and made anew when it is incomplete. Mounts and processes
# live in namespaces of their own, so that they end with the command. Needs root
# on a Debian machine.
set -euo pipefail

fail() { printf 'gimp-root: error: %s\n' "$*" >&2; exit 1; }

[[ $# -ge 2 ]] || fail "usage: tests/gimp-root.sh 3.0|3.2 COMMAND [ARGUMENT...]"
[[ $(id -u) -eq 0 ]] || fail "making a Debian root needs the root user; install GIMP 3 instead"
command -v apt-get >/dev/null || fail "this is not a Debian machine; install GIMP 3 instead"

gimp_version=$1
shift
case $gimp_version in
  3.0) suite=trixie ;;
  3.2) suite=forky ;;
  *) fail "GIMP version '$gimp_version': expected 3.0 or 3.2" ;;
esac

cache=${PALETTE_CORE_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/palette-core-tests}
root=$cache/gimp-$gimp_version
user=artist
packages=(
  gimp python3-gi gir1.2-gimp-3.0 python3-venv     # what a user of the plug-in has
  xvfb xauth dbus-x11 openbox xdotool imagemagick  # a virtual screen
  fonts-dejavu-core                                # words in screenshots
  util-linux git
)
# A root made by another recipe than this one is stale.
recipe="1 $suite ${packages[*]}"
certificates=/etc/ssl/certs/ca-certificates.crt

mirror() {
  # The mirror that apt on this machine uses for Debian itself.
  apt-get indextargets --format '$(SITE) $(ORIGIN) $(LABEL)' |
    awk '$2 == "Debian" && $3 == "Debian" && !found {print $1; found = 1}'
}

pip_settings() {
  # This machine's pip settings, without those that name local folders.
  printf '[global]\n'
  python3 -m pip config list 2>/dev/null | grep '^global\.' |
    sed -e 's/^global\.//' -e "s/='/ = /" -e "s/'$//" | grep -v -e 'file:' -e ' /' || true
  printf 'cert = %s\n' "$certificates"
}

in_root() {
  # in_root SHELL-SCRIPT [ARGUMENT...]: run it in the root as root.
  unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1 script=$2
    shift 2
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind --make-rslave /sys "$root/sys"
    mount --rbind --make-rslave /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    exec chroot "$root" bash -c "$script" bash "$@"
  ' bash "$root" "$@"
}

make_root() {
  rm -rf --one-file-system "$root"
  mkdir -p "$root"
  apt-get update
  command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap
  # Releases newer than this machine's debootstrap use the script of unstable.
  [[ -n $(mirror) ]] || fail "apt knows no Debian mirror; add one to its sources"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$(mirror)" \
    /usr/share/debootstrap/scripts/sid
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # start no services
  chmod +x "$root/usr/sbin/policy-rc.d"
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp -L "$certificates" "$root$certificates"
  pip_settings >"$root/etc/pip.conf"
  # A mirror's copy of a testing release may be past its Valid-Until date.
  in_root '
    set -e
    export DEBIAN_FRONTEND=noninteractive
    apt-get -o Acquire::Check-Valid-Until=false update
    apt-get install -y --no-install-recommends "$@"
    apt-get clean
  ' "${packages[@]}"
  cp -L "$certificates" "$root$certificates" # the packages wrote their own
  in_root 'useradd --create-home "$1" && gimp-console --version' "$user"
  printf '%s\n' "$recipe" >"$root.complete"
}

is_whole() {
  [[ $(cat "$root.complete" 2>/dev/null) == "$recipe" ]] &&
    in_root 'gimp-console --version' >/dev/null 2>&1
}

mkdir -p "$cache"
exec 9>"$root.lock"
flock --shared 9 # whoever works in the root keeps it from being made anew
if ! is_whole; then
  flock --exclusive 9
  if ! is_whole; then # nobody else has made it meanwhile
    rm -f "$root.complete"
    printf 'gimp-root: making %s (Debian %s, about two minutes)\n' "$root" "$suite" >&2
    # A command in a condition would not stop at its first failure.
    set +e
    (set -e; make_root) >"$root.log" 2>&1
    made=$?
    set -e
    if [[ $made -ne 0 ]]; then
      tail -n 20 "$root.log" >&2
      fail "could not make the root; the whole log is $root.log"
    fi
  fi
  flock --shared 9
fi

# Enter
in_root '
  user=$1
  shift
  cd "/home/$user"
  exec setpriv --reuid "$user" --regid "$user" --init-groups env -i \
    HOME="/home/$user" USER="$user" LOGNAME="$user" SHELL=/bin/bash LANG=C.UTF-8 \
    PATH=/usr/local/bin:/usr/bin:/bin TERM="${TERM:-dumb}" \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy="${no_proxy:-}" "$@"
' "$user" "$@" 9>&-
