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


def on_two_pages(document, page, group, _other):
    """One list of notes for two pages: the first is off, the others are seen."""
    beside = [{"OC": group}, {"Rect": Array([180, 60, 280, 110])}, {"Rect": Array([290, 60, 390, 110])}]
    usual = {"Type": Name.Annot, "Subtype": Name.Stamp, "F": 4, "Rect": Array([70, 60, 170, 110])}
    colours = [b"1 0 0 rg", b"0 1 0 rg", b"0 0 1 rg"]
    marks = [
        document.make_indirect(Dictionary(**{**usual, **keys}, AP=Dictionary(N=drawing(document, colour))))
        for keys, colour in zip(beside, colours, strict=True)
    ]
    page.Annots = document.make_indirect(Array(marks))
    document.add_blank_page(page_size=SIZE).obj.Annots = page.Annots


def test_notes_beside_one_that_is_off_are_compared_where_pages_share_their_list(tmp_path):
    assert bound(tmp_path, layered(with_=on_two_pages))[0] == [""]


def test_a_page_that_is_nearly_all_left_out_is_not_said_to_be_compared(tmp_path):
    files = [form(V=String("12.34"), Rect=WHOLE, **TEXT), form(V=String("12.34"), **TEXT)]
    assert bound(tmp_path, *files)[0] == [f"{FILLED}；{UNCOMPARED}", FILLED]


def test_a_place_beyond_all_bounds_does_not_end_the_comparison(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(page_with(stream(SHOWN)))
    edges = [(200, 60, 1e300, 90), (-1e300, -1e12, 20, 20)]
    found = compared(tmp_path / "a", tmp_path / "b", apart={0: edges}, fields={0: edges}, off={0: [9], 7: [0]})
    assert (found.pages, found.different, found.unclear) == (1, (), ())
