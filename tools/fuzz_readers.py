"""Fuzz the readers of palette files, and keep what reached new code as the tests' corpus.

    python tools/fuzz_readers.py [FORMAT ...] --seconds 60

It needs Atheris (the extra `fuzz`), which changes files towards code that none has reached. A
reader may give a palette or raise a `PaletteFileError` of one line: anything else, more than a few
seconds or more than some memory ends the run, and the file that did it is left in build/fuzz. Of
the rest those that reach something of their own go to `tests/core/corpus`, in base64.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "core" / "corpus"
WORK = ROOT / "build" / "fuzz"
# Bounds for one file of at most so many bytes; the memory is that of the whole run, which grows.
MOST_BYTES, MOST_SECONDS, MOST_MEBIBYTES = 4096, 5, 4096
# What a corpus keeps: the smallest files first.
_KEPT_BYTES = 16_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def main() -> None:
    """Fuzz the formats that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("formats", nargs="*", metavar="FORMAT")
    parser.add_argument("--seconds", type=int, default=60, help="for each format")
    arguments = parser.parse_args()
    from palette_core.formats import FORMATS

    if importlib.util.find_spec("atheris") is None:
        sys.exit("Atheris is not installed; run pip install '.[fuzz]'")
    for name in arguments.formats or FORMATS:
        found, kept = WORK / name, WORK / f"{name}-kept"
        for folder in (found, kept):
            folder.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate([*seeds(name), *read_corpus(name)]):
            (found / f"seed-{number}").write_bytes(data)
        _fuzz(name, f"-max_total_time={arguments.seconds}", str(found))
        for old in kept.iterdir():
            old.unlink()
        _fuzz(name, "-merge=1", str(kept), str(found))
        files = sorted((path.read_bytes() for path in kept.iterdir()), key=lambda d: (len(d), d))
        write_corpus(name, files)
        print(f"{name}: {len(files)} files reach all that {len(list(found.iterdir()))} do")


def seeds(name: str) -> list[bytes]:
    """Return files to begin with, as the format's own writer makes them."""
    import palette_core as pc
    from palette_core.formats import FORMATS

    bee = [[0, 0, 0], [255, 204, 0], [7, 80, 100]]
    palettes = (pc.Palette(bee[:1]), pc.Palette(bee, ["Black", "Hön\u6f22", ""], "Bee", 2))
    return [FORMATS[name].write(palette, Path("seed")) for palette in palettes]


def read_corpus(name: str) -> list[bytes]:
    """Return the files that the tests keep for a format."""
    path = CORPUS / f"{name}.txt"
    return [base64.b64decode(line) for line in path.read_text().split()] if path.exists() else []


def write_corpus(name: str, files: list[bytes]) -> None:
    """Keep files for the tests, as many as there is room for."""
    CORPUS.mkdir(exist_ok=True)
    lines, size = [], 0
    for data in files:
        lines.append(f"{base64.b64encode(data).decode()}\n")
        size += len(lines[-1])
        if size > _KEPT_BYTES:
            break
    (CORPUS / f"{name}.txt").write_text("".join(lines))


def _fuzz(name: str, *arguments: str) -> None:
    """Run libFuzzer in a process of its own, which it ends itself."""
    bounds = [
        f"-max_len={MOST_BYTES}",
        f"-timeout={MOST_SECONDS}",
        f"-rss_limit_mb={MOST_MEBIBYTES}",
        f"-artifact_prefix={WORK}/{name}-failed-",
    ]
    log = WORK / f"{name}.log"
    with log.open("ab") as stream:
        done = subprocess.run(  # noqa: S603 - this file itself
            [sys.executable, __file__, name, "--child", *bounds, *arguments],
            stdout=stream,
            stderr=stream,
        )
    if done.returncode:
        sys.exit(f"{name}: a file that it cannot do with is {WORK}/{name}-failed-*; see {log}")


def _be_fuzzed(name: str, arguments: list[str]) -> None:
    """Fuzz a reader with libFuzzer."""
    import atheris

    with atheris.instrument_imports(include=["palette_core", "PIL"]):
        import PIL.PngImagePlugin  # noqa: F401 - which its reader loads only then

        from palette_core.errors import PaletteFileError
        from palette_core.formats import FORMATS

    warnings.simplefilter("ignore")
    path = Path("fuzzed")

    def read(data: bytes) -> None:
        refusal = ""
        try:
            FORMATS[name].read(data, path)
        except PaletteFileError as error:
            refusal = str(error)
        if len(refusal.splitlines()) > 1:
            raise ValueError(f"expected one line: {refusal!r}")

    def mutate(data: bytes, most: int, _seed: int) -> bytes:
        return with_checksums(atheris.Mutate(data, most))[:most]

    more = {"custom_mutator": mutate} if name == "png" else {}
    # To merge, libFuzzer runs itself once more, in a shell.
    itself = " ".join([sys.executable, *sys.argv[:3]])
    atheris.Setup([itself, *arguments], read, **more)
    atheris.Fuzz()


def with_checksums(png: bytes) -> bytes:
    """Mend the checksums of a PNG's chunks, or Pillow would look no further."""
    parts = [png[:8]]
    start = len(_SIGNATURE)
    while start + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, start)
        body = png[start + 4 : start + 8 + length]
        parts += [png[start : start + 4], body, struct.pack(">I", zlib.crc32(body))]
        start += 12 + length
    return b"".join(parts) + png[start:]


if __name__ == "__main__":
    if "--child" in sys.argv:
        _be_fuzzed(sys.argv[1], sys.argv[3:])
    else:
        main()
