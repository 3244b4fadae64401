"""Find the images to process, and the paths of their results."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from .. import files
from ..errors import FileError, MissingFileError
from ..image.image_files import readable_suffixes


class Job(NamedTuple):
    """An image to process."""

    source: Path  # the file, as it was named
    relative_path: Path  # the output's path in the folder of outputs, but with the source's suffix

    def output(self, folder: Path, suffix: str) -> Path:
        """Return the output's path."""
        return folder / self.relative_path.with_suffix(suffix)


def find_jobs(inputs: Sequence[str], output: Path) -> list[Job]:
    """Return the images in a list of files and folders, those of a folder sorted.

    Files are taken as they are. In folders, and the folders in these, all files are taken that have
    a suffix of a format that Pillow reads; results keep their place below the folder. Names that
    begin with a dot are passed over, as is the folder of outputs, and links to folders, which could
    lead in a circle. A folder without images is an error.
    """
    jobs = []
    for name in inputs:
        given = Path(name)
        if not given.is_dir():
            if name.endswith(os.sep):
                raise MissingFileError(f"there is no folder {given}; check its name")
            jobs.append(Job(given, Path(given.name)))
            continue
        found = sorted(_find_images(given, output))
        if not found:
            raise MissingFileError(
                f"there are no images in the folder {name}; name a folder with files such as "
                ".png and .jpg"
            )
        jobs += [Job(path, path.relative_to(given)) for path in found]
    return jobs


def check_outputs(jobs: Sequence[Job], folder: Path, suffix: str, *, overwrite: bool) -> None:
    """Check before the work that all outputs can be written.

    No two may have the same name, and none may replace the image of another.
    """
    sources = {os.path.realpath(job.source): job for job in jobs}
    taken: dict[Path, Job] = {}
    for job in jobs:
        output = job.output(folder, suffix)
        other = taken.setdefault(output, job)
        if other is not job:
            raise FileError(
                f"{other.source} and {job.source} would both become {output}; rename one of "
                "them, or leave it out"
            )
        if sources.get(os.path.realpath(output), job) is not job:
            raise FileError(
                f"{job.source} would become {output}, which is another input; choose another folder"
            )
        files.check_folder(output.parent)
        if output.parent.is_dir():
            files.check_output(output, overwrite=overwrite)


def _find_images(folder: Path, output: Path) -> Iterator[Path]:
    suffixes = readable_suffixes()
    outputs = os.path.realpath(output)
    for place, folders, names in os.walk(folder, onerror=_raise_file_error):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and os.path.realpath(Path(place, name)) != outputs
        ]
        for name in names:
            path = Path(place, name)
            hidden = name.startswith(".")
            if not hidden and path.suffix.lower() in suffixes and path.is_file():
                yield path


def _raise_file_error(error: OSError) -> NoReturn:
    raise FileError(f"cannot read {error.filename}: {files.explain(error)}") from error
