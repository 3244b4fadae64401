"""What a new image has from the one that it is made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

import palette_core as pc
from palette_core.image.indexed_png import measure_gimp_size
from tests.core.png_files import PngFile
from tests.gimp.conftest import Studio
from tests.gimp.pictures import SIZE, drawn


@pytest.mark.parametrize(
    ("kind", "precision"), [("rgb", "u8"), ("graya", "u16"), ("indexed", "u8")]
)
def test_size_offsets_and_metadata_are_kept(studio: Studio, kind: str, precision: str) -> None:
    image = studio.draw(kind, precision, offset=(5, 3), canvas=(50, 60))
    studio.gimp.set_metadata(image, "A comment")
    studio.gimp.add_channel(image)
    before = studio.gimp.metadata(image)
    assert before["guides"]

    outcome = studio.quantize(image, colors=6)
    assert studio.gimp.metadata(outcome["image"]) == before
    described = studio.gimp.describe(outcome["image"])
    assert described["size"] == [50, 60]
    assert [layer["offsets"] for layer in described["layers"]] == [[5, 3]]
    assert described["dirty"]


def test_cropped_to_the_layer(studio: Studio) -> None:
    image = studio.draw("rgb", offset=(5, -3), canvas=(50, 60))
    studio.gimp.set_metadata(image, "A comment")
    outcome = studio.quantize(image, colors=6, crop=True)
    described = studio.gimp.describe(outcome["image"])
    assert described["size"] == [SIZE[1], SIZE[0]]
    assert [layer["offsets"] for layer in described["layers"]] == [[0, 0]]
    horizontal, vertical = 0, 1
    assert sorted(studio.gimp.metadata(outcome["image"])["guides"]) == [
        [horizontal, 10],
        [vertical, 4],
    ]


def test_no_profile_is_kept_that_is_not_srgb(studio: Studio, tmp_path: Path) -> None:
    image = studio.draw("rgb")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (tmp_path / "profile.icc").write_bytes(profile)
    studio.gimp.set_profile(image, str(tmp_path / "profile.icc"))
    expected = pc.quantize(studio.seen(image), 6)
    outcome = studio.quantize(image, colors=6)
    assert studio.gimp.describe(outcome["image"])["profile"] is None  # GIMP's word for sRGB
    assert studio.gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()


def test_a_small_layer_is_exported_on_its_canvas(studio: Studio, tmp_path: Path) -> None:
    image = studio.draw("rgb", offset=(5, 3), canvas=(50, 60))
    outcome = studio.quantize(image, colors=256)
    assert outcome["colors"] == 255
    studio.gimp.save(outcome["image"], str(tmp_path / "result.png"))
    with Image.open(tmp_path / "result.png") as exported:
        assert exported.size == (50, 60)
        shown = np.asarray(exported.convert("RGBA"))
    there = np.zeros((60, 50), bool)
    there[3 : 3 + SIZE[0], 5 : 5 + SIZE[1]] = True
    np.testing.assert_array_equal(shown[..., 3] == 255, there)
    expected = pc.quantize(drawn("rgb"), 255).to_array()
    np.testing.assert_array_equal(shown[there][:, :3], expected[..., :3].reshape(-1, 3))


@pytest.mark.parametrize(("kind", "colors"), [("rgb", 16), ("rgb", 200), ("rgba", 16)])
def test_the_size_of_the_exported_file(
    studio: Studio, tmp_path: Path, kind: str, colors: int
) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (150, 200, 4), dtype=np.uint8)
    image = studio.draw(kind, pixels=noise)
    expected = pc.quantize(studio.seen(image), colors)
    outcome = studio.quantize(image, colors=colors)
    path = tmp_path / "result.png"
    studio.gimp.save(outcome["image"], str(path))
    chunks = PngFile(path.read_bytes()).chunks
    needed = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
    size = 8 + sum(12 + len(content) for name, content in chunks if name in needed)
    measured = measure_gimp_size(expected.indices, expected.opaque, len(expected.palette))
    assert measured == pytest.approx(size, rel=0.01)  # by whichever zlib


def test_exif_and_comment_come_along(studio: Studio, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"  # the maker
    exif[0x0112] = 6  # turned by a quarter
    photo = tmp_path / "photo.jpg"
    pixels = drawn("rgb")[..., :3]
    Image.fromarray(pixels).save(photo, exif=exif, comment=b"A comment", dpi=(90, 90))
    image = studio.gimp.load(str(photo))

    outcome = studio.quantize(image, colors=6)

    before, after = studio.gimp.metadata(image), studio.gimp.metadata(outcome["image"])
    assert "Exif.Image.Make" in before["Exif"]
    for key in ("Exif", "comment", "resolution", "unit"):
        assert after[key] == before[key]
    assert before["comment"] == "A comment"


def test_the_name_is_that_of_no_other_file(studio: Studio, tmp_path: Path) -> None:
    image = studio.draw("rgb")
    studio.gimp.save_as(image, str(tmp_path / "phöto.xcf"))
    (tmp_path / "phöto-6.xcf").write_bytes(b"the user's")
    names = []
    for _ in range(2):
        outcome = studio.quantize(image, colors=6)
        names.append(studio.gimp.metadata(outcome["image"])["file"])
    assert names == [str(tmp_path / f"phöto-6-{number}.xcf") for number in (2, 3)]
    assert studio.gimp.metadata(image)["file"] == str(tmp_path / "phöto.xcf")
    assert sorted(path.name for path in tmp_path.glob("ph*")) == ["phöto-6.xcf", "phöto.xcf"]
    unnamed = studio.gimp.quantize(studio.draw("rgb"), colors=6)["image"]
    assert studio.gimp.metadata(unnamed)["file"] is None
