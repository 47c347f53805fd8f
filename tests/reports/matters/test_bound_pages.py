"""A bound page shows what its original shows: odd members, layers, forms; what differs all the same is said."""

import errno
import warnings
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from celery.exceptions import SoftTimeLimitExceeded
from pikepdf import Array, Dictionary, Name, String

from reports.matters import page_maker, shown_pages
from reports.matters.bound_files import DIFFERENT, UNCOMPARED, DossierFile
from reports.matters.pdf_pages import BROKEN, FILLED, SIGNED
from reports.matters.volume import bind, entries_of
from tests.files import pdf

AREA = pytest.mark.area("reports", "greendistrict/documents")
SIZE = (400, 200)


def bound(tmp_path, *contents):
    """Remarks of the files, and the volume."""
    files = [
        DossierFile(f"1-{number}", "图纸", f"图{number}", "a.pdf", "application/pdf", 1, "0" * 64, lambda content=content: BytesIO(content))
        for number, content in enumerate(contents, start=1)
    ]
    (tmp_path / "front.pdf").write_bytes(pdf())
    entries = entries_of(files, tmp_path)
    bind(entries, front=tmp_path / "front.pdf", out=tmp_path / "volume.pdf", mark="SQ-1", title="汇编")
    return [entry.remark for entry in entries], (tmp_path / "volume.pdf").read_bytes()


def ink(content, number=1, box=(0, 0, 400, 180), lightest=128):
    """Dark pixels in a box (points from the upper left corner) of a page, without the stamp at the foot."""
    with pypdfium2.PdfDocument(content) as document:
        document.init_forms()
        picture = document[number].render(scale=1).to_pil().convert("L").crop(box)
    return sum(picture.histogram()[:lightest])


def page_with(make):
    """A page of 400 by 200 points with a Latin font, changed by ``make(document, page)``."""
    out = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=SIZE)
        font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.obj.Resources = Dictionary(Font=Dictionary(F=font, Helv=font))
        page.obj.Contents = document.make_stream(b"BT /F 14 Tf 40 150 Td (Visible) Tj ET")
        make(document, page.obj)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pikepdf.exceptions.PageCopyWarning)  # fields without a form are wanted
            document.save(out)
    return out.getvalue()


def on_page(**keys):
    return lambda _document, page: [page.__setattr__(key, value) for key, value in keys.items()]


def note(**keys):
    return lambda document, page: page.__setattr__("Annots", Array([document.make_indirect(Dictionary(Type=Name.Annot, **keys))]))


def root(**keys):
    return lambda document, _page: [document.Root.__setattr__(key, value) for key, value in keys.items()]


def stream(content):
    return lambda document, page: page.__setattr__("Contents", document.make_stream(content))


SHOWN = b"BT /F 14 Tf 40 150 Td (Visible) Tj ET "
ODD = {
    "null among the notes": on_page(Annots=Array([None])),
    "null before a note": lambda document, page: page.__setattr__("Annots", Array([None, document.make_indirect(Dictionary())])),
    "number, text and name among the notes": on_page(Annots=Array([7, String("x"), Name.X])),
    "list among the notes": on_page(Annots=Array([Array([Dictionary()])])),
    "notes are a dictionary": on_page(Annots=Dictionary(Subtype=Name.Link)),
    "notes are a number": on_page(Annots=3),
    "null in a list of notes that stands elsewhere": lambda document, page: page.__setattr__(
        "Annots", document.make_indirect(Array([None, Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]))]))
    ),
    "note that is not there": lambda document, page: page.__setattr__("Annots", Array([document.get_object(999, 0)])),
    "note whose place holds null": note(Subtype=Name.Stamp, Rect=Array([0, None, 9, 9])),
    "note without the drawing that it names": note(Subtype=Name.Stamp, Rect=Array([0, 0, 9, 9]), AP=Dictionary()),
    "link to a page that is null": note(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), Dest=Array([None, Name.Fit])),
    "note shown by a note that is null": note(Subtype=Name.Popup, Rect=Array([0, 0, 9, 9]), Parent=Array([None])),
    "note without kind and place": note(),
    "kind of a note is a number": note(Subtype=4),
    "action is a text": note(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=String("x")),
    "action is a list": note(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Array([])),
    "field without a form": note(Subtype=Name.Widget, FT=Name.Tx, T=String("a"), Rect=Array([0, 0, 9, 9])),
    "field whose place is a text": note(Subtype=Name.Widget, FT=Name.Tx, V=String("1"), Rect=String("x")),
    "field whose value is a dictionary": note(Subtype=Name.Widget, FT=Name.Tx, V=Dictionary(), Rect=Array([200, 100, 300, 120])),
    "form is a number": root(AcroForm=1),
    "fields of the form are null": lambda document, _page: document.Root.__setattr__("AcroForm", Dictionary(Fields=Array([None]))),
    "turn of 45 degrees": on_page(Rotate=45),
    "turn is a text": on_page(Rotate=String("x")),
    "no resources": lambda _document, page: page.__setattr__("Resources", 5),
    "fonts are a number": lambda _document, page: page.Resources.__setattr__("Font", 5),
    "size with a text": on_page(MediaBox=Array([0, 0, String("a"), 200])),
    "size from the upper right corner": on_page(MediaBox=Array([400, 200, 0, 0])),
    "cut beyond the page": on_page(CropBox=Array([-900, -900, 900, 900])),
    "cut beside the page": on_page(CropBox=Array([900, 900, 990, 990])),
    "null among the contents": lambda document, page: page.__setattr__("Contents", Array([None, document.make_stream(SHOWN)])),
    "no contents": lambda _document, page: page.__delitem__("/Contents"),
    "content that moves and does not return": stream(SHOWN + b"q 1 0 0 1 0 900 cm q"),
    "content that clips and does not return": stream(SHOWN + b"q 0 0 1 1 re W n"),
    "content that returns too often": stream(b"Q Q " + SHOWN + b" Q"),
    "content that ends within a text": stream(b"BT /F 14 Tf 40 150 Td (Visible) Tj"),
    "content that ends within a mark": stream(SHOWN + b" /Span BMC"),
    "content with bytes that are no words": stream(SHOWN + b" \xb1\xb2 q \xff"),
    "content with references": stream(SHOWN + b" [1 0 R] << /A 1 0 R >> x"),
    "content that ends within a word": stream(SHOWN + b" BT (abc"),
    "content that ends within a list": stream(SHOWN + b" [ 1 2"),
    "content that ends within a picture": stream(SHOWN + b" BI /W 1 /H 1 ID abc"),
    "content that ends within a comment": stream(SHOWN + b" %abc"),
    "content that is not what it says": lambda document, page: page.__setattr__(
        "Contents", document.make_stream(b"no flate", Filter=Name.FlateDecode)
    ),
    "layers are a text": root(OCProperties=String("x")),
    "null among the layers": root(OCProperties=Dictionary(OCGs=Array([None]), D=Dictionary(OFF=Array([None]), AS=Array([None])))),
    "layers without a state": root(OCProperties=Dictionary(OCGs=Array([]))),
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Remarks of all odd files and of a usual one after each, and their volume: one page of a file each."""
    contents = [content for make in ODD.values() for content in (page_with(make), pdf())]
    return bound(tmp_path_factory.mktemp("odd"), *contents)


@AREA
@pytest.mark.parametrize("name", ODD)
def test_odd_members_cost_no_page_and_the_stamp_is_seen(name, odd):
    remarks, volume = odd
    place = 2 * list(ODD).index(name)
    assert BROKEN not in remarks[place]
    assert remarks[place + 1] == ""
    with pypdfium2.PdfDocument(volume) as document:
        assert len(document) == 2 * len(ODD) + 1
        assert f"1-{place + 1} " in document[place + 1].get_textpage().get_text_range()
        shown = document[place + 1].render(scale=1).to_pil().convert("L")
    assert shown.crop((0, shown.height - 30, shown.width, shown.height)).getextrema()[0] < 128


def layered(*, off=True, base="/ON", **content):
    """A page with a text on a layer: ``content`` says what stands in the page for the text, by default marked content."""

    def make(document, page):
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("内部")))
        other = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("公开")))
        groups = Array([group, other])
        state = {"OFF": Array([group])} if base == "/ON" else {"BaseState": Name.OFF, "ON": Array([other])}
        document.Root.OCProperties = Dictionary(OCGs=groups, D=Dictionary(**(state if off else {}), Order=groups))
        content.get("with_", marked)(document, page, group, other)

    return page_with(make)


def again(document, page, shown):
    page.Contents = document.make_stream(SHOWN + shown)


def marked(document, page, group, _other):
    page.Resources.Properties = Dictionary(L1=group)
    again(document, page, b"/OC /L1 BDC BT /F 40 Tf 40 80 Td (Switched off) Tj ET EMC")


def by_policy(policy):
    def make(document, page, group, other):
        members = Dictionary(Type=Name.OCMD, OCGs=Array([group, other]), P=Name(policy))
        marked(document, page, document.make_indirect(members), other)

    return make


def by_expression(document, page, group, other):
    marked(document, page, document.make_indirect(Dictionary(Type=Name.OCMD, VE=Array([Name.Not, Array([Name.Not, group])]))), other)


def in_part(document, page, group, _other):
    words = b"BT /F 40 Tf 40 80 Td (Switched off) Tj ET"
    part = document.make_stream(words, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, *SIZE], Resources=page.Resources, OC=group)
    page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(P=part))
    again(document, page, b"/P Do")


def in_picture(document, page, group, _other):
    keys = {"Width": 1, "Height": 1, "BitsPerComponent": 8, "ColorSpace": Name.DeviceGray, "OC": group}
    picture = document.make_stream(b"\x00", Type=Name.XObject, Subtype=Name.Image, **keys)
    page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(P=picture))
    again(document, page, b"q 200 0 0 60 40 60 cm /P Do Q")


def in_a_mark(document, page, group, other):
    marked(document, page, group, other)
    again(document, page, b"/Span BMC /OC /L1 BDC /Span BMC BT /F 40 Tf 40 80 Td (Switched off) Tj ET EMC EMC EMC")


def over_two_streams(document, page, group, other):
    marked(document, page, group, other)
    parts = (SHOWN + b"/OC /L1 BDC BT /F 40 Tf 40 80 Td", b"(Switched off) Tj ET EMC")
    page.Contents = Array([document.make_stream(part) for part in parts])


def in_part_of_a_part(document, page, group, other):
    in_part(document, page, group, other)
    outer = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": [0, 0, *SIZE], "Resources": page.Resources}
    page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(Q=document.make_stream(b"q /P Do Q", **outer)))
    again(document, page, b"/Q Do")


def by_one_member(document, page, group, other):
    marked(document, page, document.make_indirect(Dictionary(Type=Name.OCMD, OCGs=group)), other)


def with_another_choice(document, page, group, other):
    marked(document, page, group, other)
    document.Root.OCProperties.Configs = Array([Dictionary(Name=String("全部"), ON=Array([group, other]))])


def drawing(document, colour=b""):
    return document.make_stream(colour + b" 0 0 100 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 50])


def in_note(document, page, group, _other):
    keys = {"Subtype": Name.Stamp, "Rect": Array([100, 60, 200, 110]), "F": 4, "OC": group, "AP": Dictionary(N=drawing(document))}
    page.Annots = Array([document.make_indirect(Dictionary(Type=Name.Annot, **keys))])


def in_field(document, page, group, _other):
    keys = {"Subtype": Name.Widget, "FT": Name.Tx, "T": String("a"), "Rect": Array([100, 60, 200, 110]), "F": 4, "OC": group}
    field = document.make_indirect(Dictionary(Type=Name.Annot, AP=Dictionary(N=drawing(document)), **keys))
    page.Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]))


LAYERS = {
    "marked": {}, "all are off but some": {"base": "/OFF"}, "off by a policy of all": {"with_": by_policy("/AllOn")},
    "off by an expression": {"with_": by_expression}, "part": {"with_": in_part}, "picture": {"with_": in_picture},
    "within other marks": {"with_": in_a_mark}, "begun in one stream, ended in the next": {"with_": over_two_streams},
    "part of a part": {"with_": in_part_of_a_part}, "member that is no list": {"with_": by_one_member},
    "on by a choice that is not the usual one": {"with_": with_another_choice},
}  # fmt: skip
BELOW = (0, 80, 400, 150)  # where the words of the layer stand


@AREA
@pytest.mark.parametrize("name", LAYERS)
def test_what_is_off_stays_off_and_what_is_on_stays_on(name, tmp_path):
    files = [layered(**LAYERS[name]), layered(**{**LAYERS[name], "off": False})]
    assert [ink(content, 0, BELOW) > 0 for content in files] == [False, True]
    remarks, volume = bound(tmp_path, *files)
    assert remarks == ["", ""]
    assert [ink(volume, number, BELOW) > 0 for number in (1, 2)] == [False, True]
    assert [ink(volume, number) - ink(content, 0) for number, content in enumerate(files, start=1)] == [0, 0]
    with pikepdf.open(BytesIO(volume)) as document:
        assert "/Order" not in document.Root.OCProperties.D  # no reader offers a switch


def test_a_field_on_a_layer_that_is_off_is_off(tmp_path):
    remarks, volume = bound(tmp_path, layered(with_=in_field), layered(with_=in_field, off=False))
    assert [ink(volume, number, BELOW) > 0 for number in (1, 2)] == [False, True]
    assert remarks == ["", ""]


def test_a_note_that_is_off_is_left_out(tmp_path):  # PDFium shows notes whatever their layer
    remarks, volume = bound(tmp_path, layered(with_=in_note), layered(with_=in_note, off=False))
    assert remarks == ["", ""]
    assert [ink(volume, number, BELOW) > 0 for number in (1, 2)] == [False, True]


def test_layers_of_many_files_keep_their_own_state(tmp_path):
    files = [layered(off=place % 2 == 0) for place in range(45)]  # more than are open at a time
    _, volume = bound(tmp_path, *files)
    assert [ink(volume, place + 1, BELOW) > 0 for place in range(45)] == [place % 2 == 1 for place in range(45)]


def form(*, asked=True, above=None, turn=0, **keys):
    """A page with one field at the right of the middle."""

    def make(document, page):
        page.Rotate = turn
        shape = {"Rect": Array([200, 100, 340, 140]), "F": 4, "DA": String("/Helv 12 Tf 0 g")}
        made = {key: value(document) if callable(value) else value for key, value in keys.items()}
        field = document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, **{**shape, **made}))
        top = field
        if above:
            top = document.make_indirect(Dictionary(**above, Kids=Array([field])))
            field.Parent = top
        else:
            field.T = String("a")
        page.Annots = Array([field])
        document.Root.AcroForm = Dictionary(
            Fields=Array([top]), DA=String("/Helv 0 Tf 0 g"), **({"NeedAppearances": True} if asked else {})
        )

    return page_with(make)


def empty_look(document):
    return Dictionary(N=document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 140, 40]))


TEXT = {"FT": Name.Tx}
FORMS = {
    "number": form(V=String("12.34"), **TEXT),
    "number, not asked for": form(asked=False, V=String("12.34"), **TEXT),
    "Chinese": form(V=String("申报主体：演示公司"), **TEXT),
    "outside the usual signs": form(V=String("𠮷㛃䶮龑"), **TEXT),
    "several lines": form(V=String("一\r二\r三\r四\r五"), Ff=1 << 12, **TEXT),
    "long": form(V=String("很长的名称" * 12), **TEXT),
    "any size": form(V=String("12.34"), DA=String("/Helv 0 Tf 1 0 0 rg"), **TEXT),
    "style of the form": form(V=String("12.34"), DA=None, **TEXT),
    "cells": form(V=String("310115"), Ff=1 << 24, MaxLen=6, **TEXT),
    "cells of Chinese": form(V=String("上海市浦东新区花木路一号"), Ff=1 << 24, MaxLen=12, **TEXT),
    "value above": form(above={"T": String("a"), "FT": Name.Tx, "V": String("12.34")}),
    "turned page": form(turn=90, V=String("12.34"), **TEXT),
    "turned field": form(MK=Dictionary(R=90), V=String("12.34"), **TEXT),
    "choice": form(FT=Name.Ch, V=String("2"), Opt=Array([Array([String("1"), String("一星")]), Array([String("2"), String("二星")])])),
    "several choices": form(FT=Name.Ch, V=Array([String("甲"), String("乙")])),
    "box": form(FT=Name.Btn, V=Name.Yes),
    "text in a stream": form(V=lambda document: document.make_stream(b"12.34"), **TEXT),
    "at the right": form(V=String("12.34"), Q=2, **TEXT),
    "font that the form lacks": form(V=String("12.34"), DA=String("/Nix 12 Tf 0 g"), **TEXT),
    "line end behind it": form(V=String("12.34\r\n"), **TEXT),
    "empty drawing": form(V=String("12.34"), AP=empty_look, **TEXT),
    "drawing of the value before": form(V=String("12.34"), AP=lambda document: Dictionary(N=drawing(document)), **TEXT),
    "value above, empty of its own": form(above={"T": String("a"), "FT": Name.Tx, "V": String("12.34")}, T=String("b")),
}  # fmt: skip
SAYS = {
    "Chinese": "申报主体：演示公司",
    "outside the usual signs": "𠮷㛃䶮龑",
    "cells": "310115",
    "cells of Chinese": "上海市浦东新区花木路一号",
    "choice": "二星",
    "several choices": "甲乙",
    "box": "✓",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Remarks of all forms, and their volume."""
    return bound(tmp_path_factory.mktemp("forms"), *FORMS.values())


@AREA
@pytest.mark.parametrize("name", FORMS)
def test_what_was_filled_in_is_drawn_and_said_to_be(name, filled):
    remarks, volume = filled
    place = list(FORMS).index(name)
    assert remarks[place] == FILLED
    with pypdfium2.PdfDocument(volume) as document:
        said = "".join(document[place + 1].get_textpage().get_text_range().split())
    usual = {"several lines": "一二三四五", "long": "很长的名称" * 12}
    assert {**usual, **SAYS}.get(name, "12.34") in said
    box = (100, 200, 140, 340) if name == "turned page" else (200, 60, 340, 100)
    assert ink(volume, place + 1, box) > 8


def states(document):
    return Dictionary(Yes=drawing(document), Off=document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 50]))


def boxes(value, state=None, *, asked=False):
    def make(document, page):
        keys = {"FT": Name.Btn, "T": String("a"), "F": 4, "V": value, "Rect": Array([200, 100, 340, 140])}
        field = document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, AP=Dictionary(N=states(document)), **keys))
        if state is not None:
            field.AS = state
        page.Annots = Array([field])
        document.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=asked)

    return page_with(make)


@pytest.mark.parametrize(
    ("content", "is_on"),
    [
        (boxes(Name.Yes, Name.Yes), True), (boxes(Name.Yes), True), (boxes(Name.Off), False), (boxes(Name.Off, Name.Off), False),
        (boxes(Name.Yes, Name.Off, asked=True), True), (boxes(Name.Other), False),
    ],
)  # fmt: skip
def test_boxes_show_their_state(content, is_on, tmp_path):
    _, volume = bound(tmp_path, content)
    assert (ink(volume, 1, (200, 60, 340, 100)) > 0) is is_on


@pytest.mark.parametrize("flags", [2, 32, 34])
def test_a_field_that_no_reader_shows_is_not_drawn(flags, tmp_path):
    remarks, volume = bound(tmp_path, form(V=String("12.34"), F=flags, **TEXT))
    assert remarks == [""]
    assert ink(volume, 1, (200, 60, 340, 100)) == 0


def test_a_password_is_not_written_out(tmp_path):
    _, volume = bound(tmp_path, form(V=String("hunter"), Ff=1 << 13, **TEXT))
    with pypdfium2.PdfDocument(volume) as document:
        assert "******" in document[1].get_textpage().get_text_range()


def attached_to(*pages):
    """Three pages; those named bear a drawn note that holds a file, which is left out."""

    def make(document):
        for _ in range(2):
            document.add_blank_page(page_size=SIZE)
        for number in pages:
            keys = {"Subtype": Name.FileAttachment, "Rect": Array([50, 50, 150, 100]), "FS": String("表.xlsx"), "F": 4}
            mark = Dictionary(Type=Name.Annot, AP=Dictionary(N=drawing(document)), **keys)
            document.pages[number - 1].obj.Annots = Array([document.make_indirect(mark)])

    return pdf(make)


@AREA
def test_pages_that_look_different_are_named(tmp_path):
    wanted = {(2,): "2", (1, 3): "1、3", (1, 2): "1–2", (1, 2, 3): "1–3", (): ""}
    remarks, _ = bound(tmp_path, *(attached_to(*pages) for pages in wanted))
    left = "；内嵌文件未并入：表.xlsx"
    assert remarks == [DIFFERENT.format(said) + left if said else "" for said in wanted.values()]


def test_what_cannot_be_compared_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(shown_pages, "SECONDS", 0.001)
    monkeypatch.setattr(page_maker, "LEAST", 0)
    remarks, volume = bound(tmp_path, pdf(), page_with(on_page()))
    assert remarks == [UNCOMPARED] * 2
    assert ink(volume, 2) > 0


@AREA
def test_a_file_locked_against_changes_is_merged(tmp_path):
    out = BytesIO()
    with pikepdf.open(BytesIO(page_with(on_page()))) as document:
        allowed = pikepdf.Permissions(extract=False, modify_other=False, modify_assembly=False)
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="", allow=allowed))
    remarks, volume = bound(tmp_path, out.getvalue())
    assert remarks == [""]
    assert ink(volume, 1) > 0


def test_a_signed_form_says_both(tmp_path):
    def make(document, page):
        field = {"Subtype": Name.Widget, "FT": Name.Tx, "T": String("a"), "V": String("12"), "Rect": Array([200, 100, 340, 140]), "F": 4}
        page.Annots = Array([document.make_indirect(Dictionary(Type=Name.Annot, **field))])
        signed = document.make_indirect(Dictionary(FT=Name.Sig, T=String("s"), V=Dictionary(Type=Name.Sig)))
        document.Root.AcroForm = Dictionary(Fields=Array([page.Annots[0], signed]))

    assert bound(tmp_path, page_with(make))[0] == [f"{SIGNED}；{FILLED}"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), SoftTimeLimitExceeded()])
def test_what_is_wrong_with_the_machine_is_not_said_of_the_file(error, tmp_path):
    def spoilt():
        raise error

    file = DossierFile("1-1", "图纸", "图", "a.pdf", "application/pdf", 1, "0" * 64, spoilt)
    with pytest.raises(type(error)):
        entries_of([file], tmp_path)
    assert list(tmp_path.iterdir()) == []
