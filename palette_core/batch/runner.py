"""A run over many images: count colours for a shared palette, quantize and write."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from .. import files
from ..animation import read_frames
from ..common_options import CommonOptions
from ..errors import ImageFileError, PaletteCoreError
from ..image.image_files import EncodedImage
from ..options import QuantizeOptions
from ..palette import MAX_COLORS
from ..progress import Progress, no_progress, subprogress, with_progress
from ..shared_palette import ImageColors, check_shared, count_image, merge_colors
from .discovery import Job
from .executors import run_parallel, worker_pool
from .job_options import JobOptions
from .job_palettes import any_transparent, find_shared_job_palette
from .processing import process_image
from .results import ProcessedImage

T = TypeVar("T")

_SUFFIX = ".png"
_PALETTE_SUFFIX = ".gpl"


class JobResult(NamedTuple):
    """The outcome of a job: an `error`, or what was `made`, which is written unless `skipped`."""

    job: Job
    output: Path
    made: ProcessedImage | None
    error: PaletteCoreError | None
    skipped: bool = False


class _Task(NamedTuple):
    """An image for a worker, whose current folder may be another, so that `path` is absolute."""

    number: int
    name: str
    path: str
    max_pixels: int | None

    def read(self) -> EncodedImage:
        return EncodedImage(self.name, files.read_file(self.path, self.name), self.max_pixels)


def run_jobs(
    jobs: Sequence[Job],
    options: JobOptions,
    folder: Path,
    *,
    palettes: Path | None = None,
    share: bool = False,
    overwrite: bool = False,
    skip_if_larger: bool = False,
    max_pixels: int | None = None,
    processes: int = 1,
    scheduler: str | None = None,
    progress: Progress = no_progress,
) -> Generator[JobResult, None, None]:
    """Reduce images to palette colours, and write them one by one, in the order of the jobs.

    Workers read; this process writes, so that a worker that is ended leaves nothing half-done. A
    job that fails does not stop the others. The bytes are the same with any number of workers.

    With one palette for all images, shared or given, all get an entry for transparent pixels if any
    of them has such a pixel: one index then stands for one colour in all files. Images are read
    twice for that.

    Parameters
    ----------
    jobs : sequence of Job
        Of which `check_outputs` has nothing to say.
    options : JobOptions
    folder : Path
        Where outputs go; it is made if it is not there.
    palettes : Path, optional
        A folder for the palettes of all images.
    share : bool, default False
        Whether all images get one palette, which is found from all of them.
    overwrite : bool, default False
    skip_if_larger : bool, default False
        Whether to write only what is smaller than the file that was read.
    max_pixels, processes, scheduler, progress : optional
        As for `EncodedImage`, `worker_pool` and `quantize`.
    """
    tasks = [
        _Task(number, str(job.source), str(job.source.absolute()), max_pixels)
        for number, job in enumerate(jobs)
    ]
    looks_ahead = not share and _may_need_transparent_entry(options, len(jobs))
    counting = 0.4 if share else 0.2 if looks_ahead else 0.0
    before, after = subprogress(progress, 0.0, counting), subprogress(progress, counting, 1.0)
    failed: dict[int, PaletteCoreError] = {}
    if share:
        check_shared(options.quantize)
    with worker_pool(processes, scheduler):
        if share:
            options, failed = _share_palette(options, tasks, before)
        elif looks_ahead:
            transparent = _find_transparency(tasks, options.quantize, before)
            options = dataclasses.replace(options, transparent_entry=transparent)
        readable = [task for task in tasks if task.number not in failed]
        work = partial(_attempt, partial(_make, options))
        with run_parallel(work, readable) as results:
            for number, job in enumerate(jobs):
                found = failed[number] if number in failed else next(results)[1]
                if isinstance(found, ProcessedImage) and (
                    found.shortfall or (skip_if_larger and found.is_larger)
                ):
                    output = job.output(folder, _SUFFIX)
                    yield JobResult(job, output, found._replace(data=b""), None, skipped=True)
                else:
                    yield _write_result(job, found, folder, palettes, overwrite=overwrite)
                after((number + 1) / len(jobs))


def _share_palette(
    options: JobOptions, tasks: Sequence[_Task], progress: Progress
) -> tuple[JobOptions, dict[int, PaletteCoreError]]:
    """Return the options with one palette for all images, and the errors of unreadable ones."""
    counts, failed = _count_all(tasks, options.quantize, progress)
    if len(failed) < len(tasks):
        palette, options = find_shared_job_palette(options, counts)
        options = dataclasses.replace(options, palette=palette)
    return options, failed


def _may_need_transparent_entry(options: JobOptions, images: int) -> bool:
    """Return whether one image with transparent pixels would change the palette of the others.

    A palette of 256 colours has no room for the entry, so that images that need it fail.
    """
    if options.palette is None or options.drop_unused or options.transparent_entry:
        return False
    return images > 1 and len(options.palette) < MAX_COLORS


def _find_transparency(tasks: Sequence[_Task], options: CommonOptions, progress: Progress) -> bool:
    """Return whether any pixel of any image is transparent; those that cannot be read have none."""
    work = partial(_attempt, partial(_has_transparency, options))
    with run_parallel(work, tasks, ordered=False) as results:
        return any(found is True for _, found in with_progress(results, len(tasks), progress))


def _has_transparency(options: CommonOptions, task: _Task) -> bool:
    return any_transparent(options, read_frames(task.read()))


def _count_all(
    tasks: Sequence[_Task], options: QuantizeOptions, progress: Progress
) -> tuple[ImageColors, dict[int, PaletteCoreError]]:
    """Count the colours of all images together; return them and the errors of unreadable ones."""
    failed: dict[int, PaletteCoreError] = {}

    def counted() -> Iterator[ImageColors]:
        work = partial(_attempt, partial(_count, options))
        # In the order in which they finish: none waits for a large image, and the sum is the same.
        with run_parallel(work, tasks, ordered=False) as results:
            for number, found in with_progress(results, len(tasks), progress):
                if isinstance(found, PaletteCoreError):
                    failed[number] = found
                else:
                    yield found

    return merge_colors(counted()), failed


def _attempt(work: Callable[[_Task], T], task: _Task) -> tuple[int, T | PaletteCoreError]:
    """Return the result of an image, or its error, so that one bad file does not stop the batch."""
    try:
        return task.number, work(task)
    except PaletteCoreError as error:
        return task.number, error
    except MemoryError:
        lack = ImageFileError(f"cannot read {task.name}: out of memory; use a smaller image")
        return task.number, lack


def _count(options: QuantizeOptions, task: _Task) -> ImageColors:
    return merge_colors(count_image(options, pixels) for pixels in read_frames(task.read()))


def _make(options: JobOptions, task: _Task) -> ProcessedImage:
    return process_image(task.read(), options, _SUFFIX)


def _write_result(
    job: Job,
    found: ProcessedImage | PaletteCoreError,
    folder: Path,
    palettes: Path | None,
    *,
    overwrite: bool,
) -> JobResult:
    output = job.output(folder, _SUFFIX)
    if isinstance(found, PaletteCoreError):
        return JobResult(job, output, None, found)
    try:
        files.create_folder(output.parent)
        files.write_file(output, found.data, overwrite=overwrite)
        if palettes is not None:
            place = job.output(palettes, _PALETTE_SUFFIX)
            files.create_folder(place.parent)
            found.palette.save(place, overwrite=overwrite)
    except PaletteCoreError as error:
        return JobResult(job, output, None, error)
    return JobResult(job, output, found._replace(data=b""), None)
