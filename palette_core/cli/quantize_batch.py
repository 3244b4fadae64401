"""``palette-core quantize`` with several pictures, or folders of them."""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path
from typing import Any

import palette_core as pc

from .. import batch
from . import console, report, streams
from .arguments import RUN_OPTIONS, UsageError, given


def are_meant(chosen: argparse.Namespace) -> bool:
    """Return whether there are several pictures, or a folder of them or for them."""
    first, *others = chosen.inputs
    is_folder = first != "-" and Path(first).is_dir()
    return bool(others) or is_folder or (chosen.output is not None and _is_folder(chosen.output))


def refuse_options(chosen: argparse.Namespace) -> None:
    """Refuse for one picture what only many can do with."""
    for name in given(chosen, RUN_OPTIONS):
        raise UsageError(
            f"--{name.replace('_', '-')} is for several pictures; name more than one, or drop it"
        )


def run(chosen: argparse.Namespace, recipe: batch.JobOptions) -> int:
    """Run the command, and return the exit code.

    Raises
    ------
    ImageFileError
        At the end, if a picture failed.
    """
    folder, palettes = _outputs(chosen, recipe)
    jobs = batch.find_jobs(chosen.inputs, folder)
    batch.check_outputs(jobs, folder, ".png", overwrite=chosen.force)
    if palettes is not None:
        batch.check_outputs(jobs, palettes, ".gpl", overwrite=chosen.force)
    finished: list[batch.Done] = []
    with (
        console.progress_bar() as (progress, clear),
        contextlib.closing(
            batch.run(
                jobs,
                recipe,
                folder,
                palettes=palettes,
                share=bool(chosen.shared_palette),
                overwrite=chosen.force,
                skip_if_larger=chosen.skip_if_larger,
                max_pixels=chosen.max_pixels,
                processes=chosen.jobs or 1,
                scheduler=chosen.scheduler,
                progress=progress,
            )
        ) as results,
    ):
        for done in results:
            finished.append(done)
            clear()
            _report(chosen, done)
    _finish(chosen, finished, None if palettes else chosen.palette_out)
    return report.SKIPPED if any(done.skipped for done in finished) else 0


def _outputs(chosen: argparse.Namespace, recipe: batch.JobOptions) -> tuple[Path, Path | None]:
    """Check the arguments, and give the folders for pictures and for palettes."""
    if chosen.format is not None:
        raise UsageError("--format is for one image; several are written as PNG")
    if "-" in chosen.inputs:
        raise UsageError("standard input has no name for an output in a folder; name a file")
    if chosen.output is None or streams.is_stream(chosen.output):
        last = Path(chosen.inputs[-1])
        may_be_output = chosen.output is None and last.suffix in batch.SUFFIXES and last.is_file()
        meant = f", or did you mean -o {last}?" if may_be_output else ""
        raise UsageError(f"several images need a folder for their outputs; name it with -o{meant}")
    if chosen.shared_palette and recipe.palette is not None:
        raise UsageError("--palette gives the colours, so --shared-palette has no say; drop it")
    if chosen.shared_palette and chosen.drop_unused:
        raise UsageError("--shared-palette keeps its colours in all pictures; drop --drop-unused")
    if chosen.scheduler is not None and chosen.jobs is not None:
        raise UsageError("the cluster of --scheduler has its own workers; drop --jobs")
    folder = _folder("-o", chosen.output, "")
    if chosen.palette_out is None:
        return folder, None
    if chosen.shared_palette or recipe.palette is not None:
        if streams.is_standard_output(chosen.palette_out):
            raise UsageError("several images are reported on standard output; name a palette file")
        console.check_outputs(chosen, None, chosen.palette_out)
        return folder, None
    advice = ", or find one palette for all with --shared-palette"
    return folder, _folder("--palette-out", chosen.palette_out, advice)


def _folder(option: str, text: str, advice: str) -> Path:
    """Take a name for that of a folder, unless it looks like that of a file."""
    if Path(text).suffix and not _is_folder(text):
        raise UsageError(
            f"{option} is {text}, expected a folder, as there are several pictures; "
            f"end it with {os.sep} if it is to be one{advice}"
        )
    return Path(text)


def _is_folder(text: str) -> bool:
    return text.endswith(os.sep) or Path(text).is_dir()


def _report(chosen: argparse.Namespace, done: batch.Done) -> None:
    """Print what came of a picture, unless that comes at the end."""
    if done.made is None:
        return
    console.tell(str(done.job.source), done.made.notes)
    if done.skipped:
        report.tell_skipped(str(done.job.source), done.made)
    elif not chosen.json:
        console.print_line(report.image_as_line(str(done.output), done.made))


def _finish(
    chosen: argparse.Namespace, finished: list[batch.Done], palette_out: str | None
) -> None:
    """Save the palette of all pictures, and say what failed."""
    written = [done.made for done in finished if done.made is not None and not done.skipped]
    if palette_out is not None and written:
        streams.write_palette(written[0].palette, palette_out, overwrite=chosen.force)
    if chosen.json:
        console.print_json({"files": [_as_json(done) for done in finished]})
    failed = [done for done in finished if done.error is not None]
    for done in failed:
        name = str(done.job.source)
        told = str(done.error)
        console.say(f"error: {told if name in told else f'{name}: {told}'}")
    if failed:
        raise pc.ImageFileError(f"{len(failed)} of {len(finished)} pictures failed, see above")


def _as_json(done: batch.Done) -> dict[str, Any]:
    found: dict[str, Any] = {"input": str(done.job.source)}
    if done.made is None:
        return found | {"error": str(done.error)}
    output = {"output": str(done.output)}
    return found | output | report.image_as_json(done.made, skipped=done.skipped)
