"""``palette-core quantize`` with several images, or folders of them."""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path
from typing import Any

import palette_core as pc

from .. import batch, files
from . import console, legend, printing, streams
from .arguments import RUN_OPTIONS, given
from .parser import UsageError


def is_batch(args: argparse.Namespace) -> bool:
    """Return whether there are several images, or a folder of them or for them."""
    first, *others = args.inputs
    is_folder = first != "-" and _is_folder(first)
    return bool(others) or is_folder or (args.output is not None and _is_folder(args.output))


def refuse_batch_options(args: argparse.Namespace) -> None:
    """Refuse the options for several images if there is one."""
    for name in given(args, RUN_OPTIONS):
        raise UsageError(
            f"--{name.replace('_', '-')} is for several images; name more than one, or remove it"
        )


def run(args: argparse.Namespace, options: batch.JobOptions) -> int:
    """Run the command, and return the exit code; raise an error at the end if an image failed."""
    folder, palettes = _outputs(args, options)
    legends = None if args.legend is None else _folder("--legend", args.legend, "")
    named = legend.read_names(args)
    jobs = batch.find_jobs(args.inputs, folder)
    for place, suffix in ((folder, ".png"), (palettes, ".gpl"), (legends, legend.SUFFIX)):
        if place is not None:
            batch.check_outputs(jobs, place, suffix, overwrite=args.force)
    finished: list[batch.JobResult] = []
    with (
        console.progress_bar() as (progress, clear),
        contextlib.closing(
            batch.run_jobs(
                jobs,
                options,
                folder,
                palettes=palettes,
                share=bool(args.shared_palette),
                overwrite=args.force,
                skip_if_larger=args.skip_if_larger,
                max_pixels=args.max_pixels,
                processes=args.jobs or 1,
                scheduler=args.scheduler,
                progress=progress,
            )
        ) as results,
    ):
        for done in results:
            finished.append(done)
            clear()
            _report(args, done, options)
            if legends is not None and done.made is not None and not done.skipped:
                path = done.job.output(legends, legend.SUFFIX)
                files.create_folder(path.parent)
                files.write_file(path, legend.encode(done.made, named), overwrite=args.force)
    _finish(args, options, finished, None if palettes else args.palette_out)
    return printing.exit_code([done.made for done in finished if done.made and done.skipped])


def _outputs(args: argparse.Namespace, options: batch.JobOptions) -> tuple[Path, Path | None]:
    """Check the arguments, and return the folders for images and palettes."""
    if args.format is not None:
        raise UsageError(
            "--format does not work with several images, which are written as PNG; remove it"
        )
    legend.check_options(args)
    if args.frame_palettes:
        raise UsageError(
            "--frame-palettes does not work with several images, which are written as PNG; remove "
            "it, or write one GIF file at a time"
        )
    if "-" in args.inputs:
        raise UsageError("standard input cannot be one of several images; name a file instead")
    if args.output is None or streams.is_stream(args.output):
        last = Path(args.inputs[-1])
        may_be_output = args.output is None and last.suffix in batch.SUFFIXES and last.is_file()
        meant = f" (did you mean -o {last}?)" if may_be_output else ""
        raise UsageError(f"several images need an output folder; name it with -o{meant}")
    if args.shared_palette and options.palette is not None:
        raise UsageError("--shared-palette cannot be combined with --palette; remove one of them")
    if args.shared_palette and args.drop_unused:
        raise UsageError(
            "--drop-unused cannot be combined with --shared-palette; remove one of them"
        )
    if args.scheduler is not None and args.jobs is not None:
        raise UsageError("--jobs cannot be combined with --scheduler; remove one of them")
    folder = _folder("-o", args.output, "")
    if args.palette_out is None:
        return folder, None
    if args.shared_palette or options.palette is not None:
        if streams.is_standard_output(args.palette_out):
            raise UsageError(
                "--palette-out cannot be standard output for several images; name a file"
            )
        streams.check_outputs(args, None, args.palette_out)
        return folder, None
    advice = ", or find one palette for all images with --shared-palette"
    return folder, _folder("--palette-out", args.palette_out, advice)


def _folder(option: str, text: str, advice: str) -> Path:
    """Return the path of a folder; refuse a name that looks like a file."""
    if Path(text).suffix and not _is_folder(text):
        raise UsageError(
            f"{option} must be a folder for several images, not {text}; end its name with {os.sep} "
            f"if it is one{advice}"
        )
    return Path(text)


def _is_folder(text: str) -> bool:
    return text.endswith(os.sep) or Path(text).is_dir()


def _report(args: argparse.Namespace, done: batch.JobResult, options: batch.JobOptions) -> None:
    """Print the result for an image, unless it is part of the JSON at the end."""
    if done.made is None:
        return
    console.print_notes(str(done.job.source), done.made.notes)
    if done.skipped:
        printing.print_skipped(str(done.job.source), done.made)
    elif not args.json:
        console.print_line(printing.image_as_line(str(done.output), done.made, options))


def _finish(
    args: argparse.Namespace,
    options: batch.JobOptions,
    finished: list[batch.JobResult],
    palette_out: str | None,
) -> None:
    """Save the shared palette, and print the JSON and the errors."""
    written = [done.made for done in finished if done.made is not None and not done.skipped]
    if palette_out is not None and written:
        streams.write_palette(written[0].palette, palette_out, overwrite=args.force)
    if args.json:
        console.print_json({"files": [_as_json(done, options) for done in finished]})
    failed = [done for done in finished if done.error is not None]
    for done in failed:
        name = str(done.job.source)
        message = console.spell_options(done.error)
        console.print_message(f"error: {message if name in message else f'{name}: {message}'}")
    if failed:
        raise pc.ImageFileError(
            f"{len(failed)} of {len(finished)} images failed; see the messages above"
        )


def _as_json(done: batch.JobResult, options: batch.JobOptions) -> dict[str, Any]:
    found: dict[str, Any] = {"input": str(done.job.source)}
    if done.made is None:
        return found | {"error": console.spell_options(done.error)}
    output = {"output": str(done.output)}
    return found | output | printing.image_as_json(done.made, options, skipped=done.skipped)
