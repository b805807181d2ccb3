"""Pictures in tiled TIFF files are read as they were written."""

import numpy as np
import pytest
import tifffile
from PIL import Image

from sindiff.pictures import tiff
from sindiff.pictures.tiff import save_tiff


@pytest.fixture
def pixels(tmp_path):
    """Of a canvas of two times three tiles that lies in a file."""
    pixels = np.memmap(tmp_path / "raw", np.uint8, "w+", shape=(300, 600, 3))
    pixels[:] = np.random.default_rng(0).integers(0, 256, pixels.shape)
    return pixels


def test_a_canvas_in_a_file_is_read_as_it_was_written(pixels, tmp_path):
    save_tiff(pixels, tmp_path / "picture.tif")
    image = Image.open(tmp_path / "picture.tif")
    assert image.mode == "RGB"
    assert np.array_equal(np.asarray(image), pixels)


@pytest.mark.parametrize("big", [False, True])
def test_bigtiff_where_4_gb_may_not_do(pixels, tmp_path, monkeypatch, big):
    monkeypatch.setattr(tiff, "CLASSIC", pixels.nbytes - big)
    save_tiff(pixels, tmp_path / "picture.tif")
    with tifffile.TiffFile(tmp_path / "picture.tif") as file:
        assert (file.is_bigtiff, file.pages[0].tile) == (big, (256, 256))
        assert np.array_equal(file.asarray(), pixels)
