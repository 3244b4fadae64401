"""Ends at bad moments: whatever happens, the old file is whole, or the new one."""

from __future__ import annotations

import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from palette_core.errors import FileError
from palette_core.files import write_file

# The files that SIGKILL leaves behind, as the guide names them.
UNFINISHED = re.compile(r"\..+\.[0-9a-f]{16}\.part")
# What `python -m palette_core` does, but that a signal comes while the picture is being written.
ENDED = """
import os, sys
os.fsync = lambda _: os.kill(os.getpid(), int(sys.argv[1]))
from palette_core.cli import main
sys.exit(main(["quantize", "in.png", "-o", "out.png", "--force"]))
"""


# Signals that a child may be left to ignore.
IGNORABLE = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("room", [0, 1, 4095, 65_535])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, room: int, there: bool) -> None:
    path = tmp_path / "out.bin"
    if there:
        path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(FileError, match="cannot write"):
            write_file(path, bytes(65_536), overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == (
        {"out.bin": b"old"} if there else {}
    )


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("ending", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)],
)
def test_an_end_in_the_middle_of_a_file(
    tmp_path: Path, ending: signal.Signals, code: int, there: bool
) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "in.png")
    if there:
        (tmp_path / "out.png").write_bytes(b"old")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    command = [sys.executable, "-c", ENDED, str(int(ending))]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        check=False,
        # What runs the tests in the background may have let them ignore it.
        preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in IGNORABLE],
    )
    assert done.returncode == code
    left = [path for path in tmp_path.iterdir() if path.name not in before]
    assert [bool(UNFINISHED.fullmatch(path.name)) for path in left] == [True] * (code == -9)
    assert all((tmp_path / name).read_bytes() == data for name, data in before.items())


def test_signals_are_as_before(tmp_path: Path) -> None:
    code = """if True:
        import signal
        from palette_core.cli import main
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        main(["--nothing"])
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    """
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)
