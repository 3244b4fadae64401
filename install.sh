#!/bin/sh
# Install Palette Core, and its plug-in for GIMP 3, on Linux and macOS: ./install.sh --help
#
# This only looks for a Python that can run the installer, which is the package `installer`.
project=$(cd "$(dirname "$0")" && pwd)
for python in /usr/bin/python3 /usr/local/bin/python3 /opt/homebrew/bin/python3 python3 \
  python3.14 python3.13 python3.12 python3.11; do
  # Without Apple's tools for developers, macOS has a python3 that only asks to install them.
  [ "$python" != /usr/bin/python3 ] || [ ! -x /usr/bin/xcode-select ] ||
    xcode-select -p >/dev/null 2>&1 || continue
  if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1; then
    exec "$python" -I -B "$project/installer" "$@"
  fi
done
for uv in "$project/uv" uv "$HOME/.local/bin/uv"; do
  if command -v "$uv" >/dev/null 2>&1; then
    exec "$uv" run --quiet --no-project --python 3.13 python -I -B "$project/installer" "$@"
  fi
done
echo "install.sh: error: there is no Python 3.9 or newer. Do: sudo apt install python3" \
  "python3-venv (or their like elsewhere); on macOS install Python from python.org. Or put" \
  "the program uv, which brings a Python, into $project. Then try again" >&2
exit 1
