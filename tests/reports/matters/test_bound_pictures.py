"""Pictures on bound pages: lines of a pixel, greys, and how many pixels there is room for."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from greendistrict.documents.office.inspection import MAX_PIXELS
from reports.matters.page_maker import PageMaker
from reports.matters.pdf_pages import JPEG, LARGE, MOST_PIXELS, PNG

WIDE, LINES = 8_100, range(500, 8_000, 501)


@pytest.fixture
def made(tmp_path):
    """What becomes of a picture: remarks, and the picture on the page."""

    def make(picture, kind=PNG):
        with PageMaker() as maker:
            picture.save(tmp_path / "given", {PNG: "PNG", JPEG: "JPEG"}[kind], compress_level=1)
            found = maker.make(tmp_path / "given", tmp_path / "made.pdf", kind)
        if not found.pages:
            return found.remarks, None
        with pikepdf.open(tmp_path / "made.pdf") as document:
            return found.remarks, Image.open(BytesIO(document.pages[0].obj.Resources.XObject.Im.read_raw_bytes()))

    return make


def of_palette(picture):
    return picture.convert("RGB").quantize(4)


@pytest.mark.parametrize(
    "kind", [lambda lines: lines.convert("1"), of_palette, lambda lines: lines], ids=["black and white", "palette", "grey"]
)
def test_lines_of_a_pixel_stay_when_a_drawing_is_made_smaller(kind, made):
    drawing = Image.new("L", (WIDE, 300), 255)
    for place in LINES:
        ImageDraw.Draw(drawing).line((place, 0, place, 300), 0)
    remarks, found = made(kind(drawing))
    assert (remarks, found.width) == ([], MOST_PIXELS)
    darkest = [
        min(found.getpixel((place * MOST_PIXELS // WIDE + beside, row))[0] for beside in (-1, 0, 1)) for place in LINES for row in (20, 120)
    ]
    assert max(darkest) < 200


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_made_in_bands_shows_none(mode, made):
    picture = Image.effect_noise((5_000, 1_501), 200).convert("RGB")
    wanted = picture.resize((MOST_PIXELS, 1_201), Image.Resampling.BICUBIC)
    _, found = made(picture.convert(mode))
    assert found.size == wanted.size
    rows = ImageChops.difference(found, wanted).convert("L").resize((1, wanted.height), Image.Resampling.BOX).tobytes()
    assert max(rows) < 2 * (sum(rows) / len(rows))


@pytest.mark.parametrize("mode", ["RGBA", "I;16"])
def test_there_is_room_for_as_many_pixels_as_may_be_uploaded(mode, made):
    side = int(MAX_PIXELS**0.5)
    remarks, found = made(Image.new(mode, (side, side), 30_000 if mode == "I;16" else (9, 9, 200, 128)))
    assert (remarks, found.size) == ([], (MOST_PIXELS, MOST_PIXELS))


@pytest.mark.parametrize(("kind", "mode", "size"), [(JPEG, "L", (7_100, 7_100)), (PNG, "1", (7_100, 7_100)), (PNG, "1", (15_000, 15_000))])
def test_more_pixels_are_said_to_be_too_many(kind, mode, size, made):
    assert made(Image.new(mode, size, 1), kind) == ([LARGE], None)
