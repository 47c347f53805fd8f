"""The comparison of pictures: blind to hinting of type, not to colour, place or size; what is kept stays small."""

from PIL import Image, ImageDraw

from tests.pictures.comparing import KEPT, Kept, difference, reduced

PAGE = (780, 1200)
WHOLE_SET = 1_500_000


def page(*, button="#0b4ea2", down=0, shift=0.0, lines=30):
    """A page with lines of type and a button."""
    picture = Image.new("RGB", PAGE, "white")
    draw = ImageDraw.Draw(picture)
    for number in range(lines):
        draw.rectangle((40 + shift, 40 + down + 36 * number, 600 + shift, 52 + down + 36 * number), fill="#555")
    draw.rectangle((640, 40, 740, 76), fill=button)
    return picture


def test_a_page_is_like_itself_and_like_its_kept_form(tmp_path):
    kept = Kept(tmp_path, tmp_path / "found", renew=True)
    assert kept.complaint("page", page()) == ""
    assert Kept(tmp_path, tmp_path / "found", renew=False).complaint("page", page()) == ""
    assert not (tmp_path / "found").exists()


def test_type_that_is_drawn_a_little_otherwise_is_no_difference():
    assert not difference(reduced(page()), reduced(page(shift=1)))


def test_another_colour_of_a_button_and_another_place_of_lines_are_seen(tmp_path):
    Kept(tmp_path, renew=True).complaint("page", page())
    kept = Kept(tmp_path, tmp_path / "found", renew=False)
    for other in (page(button="#8a2be2"), page(down=8), page(lines=27), page().resize((390, 1200))):
        said = kept.complaint("page", other)
        assert said.startswith("page: ")
        told = tmp_path / "found" / "page.png"
        assert str(told) in said
        with Image.open(told) as shown:
            assert shown.width > 2 * PAGE[0] / 2
        told.unlink()


def test_a_page_without_a_kept_picture_is_told_and_shown(tmp_path):
    said = Kept(tmp_path, tmp_path / "found", renew=False).complaint("new", page())
    assert "no picture is kept" in said
    assert (tmp_path / "found" / "new.png").exists()


def test_pictures_of_pages_that_are_no_more_go_when_they_are_renewed(tmp_path):
    Kept(tmp_path, renew=True).complaint("old", page())
    kept = Kept(tmp_path, renew=True)
    kept.complaint("new", page())
    kept.forget_others()
    assert kept.names == {"new"}


def test_what_is_kept_is_small():
    sizes = {path.name: path.stat().st_size for path in KEPT.glob("*.webp")}
    assert len(sizes) >= 36
    assert sum(sizes.values()) <= WHOLE_SET, sorted(sizes.items(), key=lambda one: -one[1])[:5]
