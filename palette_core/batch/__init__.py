"""Many pictures: found in folders, worked on side by side, and written under their names."""

from __future__ import annotations

from .discovery import Job, check_outputs, find_jobs
from .processing import SUFFIXES, JobOptions, ProcessedImage, process_image
from .runner import Done, run

__all__ = [
    "SUFFIXES",
    "Done",
    "Job",
    "JobOptions",
    "ProcessedImage",
    "check_outputs",
    "find_jobs",
    "process_image",
    "run",
]
