"""Runs over many pictures: what is found, where it goes, and who does it."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core import batch
from palette_core.arrays import Bytes
from palette_core.batch import Job, JobOptions, JobResult, processing
from palette_core.image.image_files import readable_suffixes
from palette_core.options import QuantizeOptions

from .command_line import EYE, files_of
from .reference_metrics import read_image


def recipe(colors: int = 8, palette: pc.Palette | None = None, **mapping: Any) -> JobOptions:
    return JobOptions(QuantizeOptions(colors, **mapping), palette)


@pytest.fixture
def album(tmp_path: Path, drawn: Bytes, flower: Bytes, cutout: Bytes) -> Path:
    """A folder of pictures, with other things among them."""
    folder = tmp_path / "album"
    (folder / "sub").mkdir(parents=True)
    Image.fromarray(drawn).save(folder / "drawn.png")
    Image.fromarray(flower).save(folder / "flower.jpg", quality=95)
    Image.fromarray(cutout).save(folder / "sub" / "cutout.webp", lossless=True)
    Image.fromarray(drawn).save(folder / ".hidden.png")
    (folder / ".cache").mkdir()
    Image.fromarray(drawn).save(folder / ".cache" / "thumb.png")
    (folder / "notes.txt").write_text("not a picture")
    return folder


def places(jobs: Sequence[Job]) -> list[str]:
    return [str(job.relative_path) for job in jobs]


def done(jobs: Sequence[Job], made_by: JobOptions, folder: Path, **options: Any) -> list[JobResult]:
    return list(batch.run_jobs(jobs, made_by, folder, **options))


# What is meant


def test_a_folder_stands_for_its_pictures(album: Path, tmp_path: Path) -> None:
    found = batch.find_jobs([str(album)], tmp_path / "out")
    assert places(found) == ["drawn.png", "flower.jpg", "sub/cutout.webp"]
    assert [job.source for job in found] == [album / place for place in places(found)]
    assert [job.output(Path("o"), ".png") for job in found] == [
        Path("o/drawn.png"),
        Path("o/flower.png"),
        Path("o/sub/cutout.png"),
    ]


def test_files_keep_their_names_and_their_order(album: Path) -> None:
    named = [str(album / "sub" / "cutout.webp"), "no such.tar.gz", str(album / ".hidden.png")]
    found = batch.find_jobs(named, Path("out"))
    assert places(found) == ["cutout.webp", "no such.tar.gz", ".hidden.png"]
    assert [str(job.output(Path("o"), ".png")) for job in found] == [
        "o/cutout.png",
        "o/no such.tar.png",
        "o/.hidden.png",
    ]


def test_links_to_folders_are_not_followed_but_those_to_files(album: Path) -> None:
    (album / "sub" / "up").symlink_to(album, target_is_directory=True)
    (album / "loop.png").symlink_to("loop.png")
    (album / "gone.png").symlink_to("nowhere.png")
    (album / "linked.png").symlink_to("drawn.png")
    found = batch.find_jobs([str(album)], Path("out"))
    assert places(found) == ["drawn.png", "flower.jpg", "linked.png", "sub/cutout.webp"]


def test_a_folder_that_is_a_link_is_searched(album: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(album, target_is_directory=True)
    assert len(batch.find_jobs([str(tmp_path / "link")], Path("out"))) == 3


def test_the_folder_of_outputs_is_not_searched(album: Path) -> None:
    (album / "out").mkdir()
    (album / "out" / "drawn.png").write_bytes(b"of an earlier run")
    assert len(batch.find_jobs([str(album)], album / "out")) == 3
    assert len(batch.find_jobs([str(album)], album / "elsewhere")) == 4


@pytest.mark.parametrize("content", [[], ["notes.txt", ".hidden.png", "film.mpg", "data.h5"]])
def test_a_folder_without_pictures(content: list[str], tmp_path: Path) -> None:
    for name in content:
        (tmp_path / name).touch()
    with pytest.raises(pc.MissingFileError, match="there are no images in the folder"):
        batch.find_jobs([str(tmp_path)], Path("out"))


def test_a_folder_that_may_not_be_read(album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(pc.FileError, match="permission denied; change the permissions"):
        batch.find_jobs([str(album)], Path("out"))


def test_what_pillow_reads() -> None:
    suffixes = readable_suffixes()
    assert {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".bmp", ".apng"} <= suffixes
    assert not suffixes & {".mpg", ".h5", ".pdf", ".txt", ".gpl", ""}


# Where it goes


def check(jobs: Sequence[Job], folder: Path, *, overwrite: bool = False) -> None:
    batch.check_outputs(jobs, folder, ".png", overwrite=overwrite)


def test_two_of_one_name(album: Path) -> None:
    Image.open(album / "drawn.png").save(album / "drawn.jpg")
    found = batch.find_jobs([str(album)], Path("out"))
    with pytest.raises(pc.FileError, match=r"drawn\.jpg and .*drawn\.png would both become out/"):
        check(found, Path("out"), overwrite=True)


def test_images_are_overwritten_by_their_results_when_asked(album: Path) -> None:
    found = batch.find_jobs([str(album)], album)
    check(found, album, overwrite=True)
    assert all(one.error is None for one in done(found, recipe(), album, overwrite=True))
    with Image.open(album / "drawn.png") as image:
        assert image.mode == "P"


def test_an_output_that_is_another_picture(album: Path) -> None:
    # sub/deep/a.png would become sub/a.png, which is to become a.png in its turn.
    (album / "sub" / "deep").mkdir()
    for place in ("sub/a.png", "sub/deep/a.png"):
        Image.new("RGB", (2, 2)).save(album / place)
    jobs = [
        Job(album / "sub" / "a.png", Path("b.png")),
        Job(album / "sub" / "deep" / "a.png", Path("a.png")),
    ]
    with pytest.raises(pc.FileError, match="which is another input"):
        check(jobs, album / "sub", overwrite=True)


def test_folders_that_cannot_be(album: Path, tmp_path: Path) -> None:
    found = batch.find_jobs([str(album)], tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(pc.FileError, match=r"cannot write in .*file/deep: .*file is a file"):
        check(found, tmp_path / "file" / "deep")
    check(found, tmp_path / "to" / "be" / "made")
    assert not (tmp_path / "to").exists()


# Runs


def test_each_gets_its_own_palette(album: Path, tmp_path: Path) -> None:
    out, palettes = tmp_path / "out", tmp_path / "palettes"
    found = batch.find_jobs([str(album)], out)
    finished = done(found, recipe(8, **EYE), out, palettes=palettes)
    assert [one.job for one in finished] == found
    assert set(files_of(out)) == {"drawn.png", "flower.png", "sub/cutout.png"}
    assert set(files_of(palettes)) == {"drawn.gpl", "flower.gpl", "sub/cutout.gpl"}
    for one in finished:
        expected = pc.quantize(read_image(one.job.source).pixels, 8, **EYE)
        assert np.array_equal(read_image(one.output).pixels, expected.to_array())
        saved = pc.Palette.load(one.job.output(palettes, ".gpl"))
        assert np.array_equal(saved.colors, expected.palette.colors)
        assert one.made.palette == expected.palette
        image = QuantizeOptions().prepare_image(read_image(one.job.source).pixels)
        assert one.made.metrics == pc.compare(image.to_array(), expected.to_array())


def test_all_get_one_palette(album: Path, tmp_path: Path) -> None:
    found = batch.find_jobs([str(album)], tmp_path / "out")
    finished = done(found, recipe(8, **EYE), tmp_path / "out", share=True)
    pixels = [read_image(job.source).pixels for job in found]
    palette = pc.find_shared_palette(pixels, 8, **EYE)
    for one, picture in zip(finished, pixels, strict=True):
        assert one.made.palette == palette
        expected = pc.map_pixels(picture, palette, **EYE)
        found = expected.to_image(transparent_entry=True)  # one of them is transparent in part
        with Image.open(one.output) as image:
            assert np.array_equal(image, found)
            assert image.getpalette() == found.getpalette()


@pytest.mark.parametrize("share", [False, True])
def test_the_bytes_are_the_same_side_by_side(share: bool, album: Path, tmp_path: Path) -> None:
    (album / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    outputs, errors = [], []
    for processes in (1, 2):
        out = tmp_path / str(processes)
        found = batch.find_jobs([str(album)], out)
        finished = done(found, recipe(8, **EYE), out, share=share, processes=processes)
        outputs.append(files_of(out))
        errors.append([str(one.error) for one in finished])
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 3
    assert errors[0] == errors[1]


@pytest.mark.parametrize("share", [False, True])
def test_one_that_fails_does_not_stop_the_others(share: bool, album: Path, tmp_path: Path) -> None:
    (album / "broken.png").write_bytes((album / "drawn.png").read_bytes()[:300])
    Image.new("RGBA", (3, 3)).save(album / "clear.png")
    named = [str(album), str(tmp_path / "no.png")]
    found = batch.find_jobs(named, tmp_path / "out")
    finished = done(found, recipe(), tmp_path / "out", share=share)
    failed = {one.job.relative_path.name: one.error for one in finished if one.error}
    assert set(failed) == {"broken.png", "no.png"}
    assert isinstance(failed["broken.png"], pc.ImageFileError)
    assert isinstance(failed["no.png"], pc.MissingFileError)
    outputs = {"clear.png", "drawn.png", "flower.png", "sub/cutout.png"}
    assert set(files_of(tmp_path / "out")) == outputs


def test_all_that_fail(album: Path, tmp_path: Path) -> None:
    found = batch.find_jobs([str(album / "notes.txt")], tmp_path / "out")
    for share in (False, True):
        (one,) = done(found, recipe(), tmp_path / "out", share=share)
        assert isinstance(one.error, pc.ImageFileError)
    assert not (tmp_path / "out").exists()


def test_a_picture_for_which_there_is_no_memory(
    album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starve(*_args: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(processing, "run_quantize", starve)
    found = batch.find_jobs([str(album / "drawn.png")], tmp_path)
    (one,) = done(found, recipe(), tmp_path)
    assert "drawn.png: out of memory" in str(one.error)


def test_an_output_that_comes_into_being_meanwhile_is_left_alone(
    album: Path, tmp_path: Path
) -> None:
    found = batch.find_jobs([str(album)], tmp_path)
    results = batch.run_jobs(found, recipe(), tmp_path)
    assert next(results).error is None
    (tmp_path / "flower.png").write_bytes(b"theirs")
    assert [type(one.error) for one in results] == [pc.OutputExistsError, type(None)]
    assert (tmp_path / "flower.png").read_bytes() == b"theirs"


def test_the_progress_rises_to_one(album: Path, tmp_path: Path) -> None:
    found = batch.find_jobs([str(album)], tmp_path)
    for share, steps in ((False, 3), (True, 6)):
        told: list[float] = []
        done(found, recipe(), tmp_path, share=share, overwrite=True, progress=told.append)
        assert len(told) == steps
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1.0)


def test_memory_does_not_grow_with_the_number_of_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # most of the time, and no memory
    rng = np.random.default_rng(0)
    for number in range(300):
        pixels = rng.integers(0, 8, (40, 40, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number:04}.bmp")
    found = batch.find_jobs([str(tmp_path)], tmp_path / "out")
    assert len(found) == 300

    def peak(jobs: Sequence[Job]) -> int:
        tracemalloc.start()
        for one in batch.run_jobs(jobs, recipe(4), tmp_path / "out", share=True, overwrite=True):
            assert one.error is None
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(found[:20])  # what is kept for later is made now
    # Twice, since threads of other tests may take memory meanwhile.
    all_of_them = min(peak(found), peak(found))
    assert all_of_them - peak(found[:50]) < 250 * 500  # a job's name and place, no picture
