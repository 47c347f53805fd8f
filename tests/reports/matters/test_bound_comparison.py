"""Nothing exempts a page from being compared with its original, and no page ends the comparison of the next."""

from pikepdf import Array, Dictionary, Name, String

from reports.matters.bound_files import DIFFERENT, UNCOMPARED
from reports.matters.pdf_pages import FILLED
from reports.matters.shown_pages import compared
from tests.reports.matters.test_bound_pages import SHOWN, SIZE, TEXT, bound, drawing, form, layered, page_with, stream

WHOLE = Array([0, 0, *SIZE])


def covering(kind=Name.Stamp, *, lost=True):
    """A note on a layer that is off, as large as the page, and where wanted one whose drawing is lost in the volume."""

    def make(document, page, group, _other):
        keys = {"Subtype": kind, "Rect": WHOLE, "F": 4, "OC": group, "AP": Dictionary(N=drawing(document))}
        if kind == Name.Widget:
            keys |= {"FT": Name.Tx, "T": String("a")}
        marks = [document.make_indirect(Dictionary(Type=Name.Annot, **keys))]
        if lost:
            shape = {"Subtype": Name.FileAttachment, "Rect": Array([50, 50, 150, 100]), "FS": String("表.xlsx"), "F": 4}
            marks.insert(0, document.make_indirect(Dictionary(Type=Name.Annot, AP=Dictionary(N=drawing(document)), **shape)))
        page.Annots = Array([None, *marks])

    return layered(with_=make)


def test_a_note_that_is_off_exempts_nothing(tmp_path):
    files = [covering(), covering(Name.Widget), covering(lost=False), covering(Name.Widget, lost=False)]
    said = DIFFERENT.format("1") + "；内嵌文件未并入：表.xlsx"
    assert bound(tmp_path, *files)[0] == [said, said, "", ""]


def test_a_page_that_is_nearly_all_left_out_is_not_said_to_be_compared(tmp_path):
    files = [form(V=String("12.34"), Rect=WHOLE, **TEXT), form(V=String("12.34"), **TEXT)]
    assert bound(tmp_path, *files)[0] == [f"{FILLED}；{UNCOMPARED}", FILLED]


def test_a_place_beyond_all_bounds_does_not_end_the_comparison(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(page_with(stream(SHOWN)))
    edges = [(200, 60, 1e300, 90), (-1e300, -1e12, 20, 20)]
    found = compared(tmp_path / "a", tmp_path / "b", apart={0: edges}, fields={0: edges}, off={0: [9], 7: [0]})
    assert (found.pages, found.different, found.unclear) == (1, (), ())
