"""Batches of images: found in folders, processed in parallel, and written to a folder."""

from __future__ import annotations

from .discovery import Job, check_outputs, find_jobs
from .job_options import SUFFIXES, JobOptions
from .processing import process_image
from .quality_floor import QualityFloor
from .results import ProcessedImage
from .runner import JobResult, run_jobs

__all__ = [
    "SUFFIXES",
    "Job",
    "JobOptions",
    "JobResult",
    "ProcessedImage",
    "QualityFloor",
    "check_outputs",
    "find_jobs",
    "process_image",
    "run_jobs",
]
