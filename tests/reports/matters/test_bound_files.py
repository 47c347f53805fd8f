"""What a bound copy loses, mends or cannot tell is said: fields, layers, signatures, damage, hazards, pictures, slow files."""

import re
import time
import zlib
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from greendistrict.documents.models import Evidence
from greendistrict.documents.office.hazards import pdf_hazard
from reports.archive.services import pages_of
from reports.matters import page_maker
from reports.matters.bound_files import MISSING, NOT_A_PDF, STATED, UNCOMPARED, DossierFile
from reports.matters.dossier import NOTE
from reports.matters.page_maker import DIED, SLOW, PageMaker
from reports.matters.pdf_pages import (
    BROKEN,
    BROKEN_IMAGE,
    CUT,
    DYNAMIC,
    ENCRYPTED,
    FILLED,
    HARMFUL,
    JPEG,
    LARGE,
    NO_PAGES,
    PDF,
    PNG,
    REPAIRED,
    SIGNED,
)  # fmt: skip
from reports.matters.shown_pages import compared
from reports.matters.volume import bind, entries_of
from tests.documents.test_pdf_hazards import HOSTILE
from tests.files import pdf
from tests.reports.matters.test_bound_pages import SHOWN, TEXT, bound, drawing, form, ink, layered, marked, page_with, root, stream

AREA = pytest.mark.area("reports", "greendistrict/documents")
FIELD = (200, 60, 340, 100)
FRAME = Dictionary(BC=[0])


def drawn(content, **keys):
    """A form whose field has this drawing."""

    def make(document, page):
        look = document.make_stream(content, **keys.pop("look", {"Subtype": Name.Form, "BBox": [0, 0, 140, 40]}))
        shape = {"Subtype": Name.Widget, "FT": Name.Tx, "T": String("a"), "F": 4, "Rect": Array([200, 100, 340, 140])}
        page.Annots = Array([document.make_indirect(Dictionary(Type=Name.Annot, AP=Dictionary(N=look), **(shape | keys)))])
        document.Root.AcroForm = Dictionary(Fields=page.Annots, NeedAppearances=keys.get("V") is None)

    return page_with(make)


WORDS = b"BT /F 20 Tf 2 9 Td (Old) Tj ET"
CELLS = {"Ff": 1 << 24, "MaxLen": 6, **TEXT}
FIELDS = {  # remark, and whether something is seen in the field
    "frame of an empty field": (form(MK=FRAME, asked=False, **TEXT), "", True),
    "frame of an empty box": (form(MK=FRAME, FT=Name.Btn, V=Name.Off), "", True),
    "caption of a button": (form(MK=Dictionary(CA=String("提交")), FT=Name.Btn, Ff=1 << 16), FILLED, True),
    "empty drawing beside a value": (drawn(b"/Tx BMC EMC", V=String("12.34")), FILLED, True),
    "frame drawn beside a value": (drawn(b"0 0 140 40 re S", V=String("12.34")), FILLED, True),
    "bar code beside a value": (drawn(b"".join(b"%d 0 3 40 re f " % (at * 9) for at in range(9)), V=String("12")), "", True),
    "drawing of a value that was taken away": (drawn(WORDS), "", False),
    "drawing that does not say what it is": (drawn(b"0 0 140 40 re f 0 0 m 1 1 2 2 3 3 c S", look={}, V=String("1")), "", True),
    "value chosen by place": (form(FT=Name.Ch, I=Array([1]), Opt=Array([String("一星"), String("二星")])), FILLED, True),
    "flags beyond all bounds": (form(V=String("12.34"), F=2**40 + 4, **TEXT), FILLED, True),
    "flags below zero": (form(V=String("12.34"), F=-1, **TEXT), "", False),
    "value without room": (form(V=String("很长的文字。" * 3_000), Ff=1 << 12, **TEXT), f"{FILLED}；{CUT}", True),
    "lines without room": (form(V=String("字\n" * 900), Ff=1 << 12, **TEXT), f"{FILLED}；{CUT}", True),
    "last of cells within a border": (form(V=String("     8"), **CELLS, MK=Dictionary(BC=[1]), BS=Dictionary(W=12)), FILLED, True),
    "last of more than the cells": (form(V=String("      8"), **CELLS), FILLED, True),
    "cells without room": (form(V=String("12"), Ff=1 << 24, MaxLen=10**9, **TEXT), FILLED, True),
}  # fmt: skip


@pytest.fixture(scope="module")
def fields(tmp_path_factory):
    """Remarks and volume."""
    return bound(tmp_path_factory.mktemp("fields"), *(content for content, _, _ in FIELDS.values()))


@AREA
@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_shown_as_readers_show_them(name, fields):
    remarks, volume = fields
    place, (_, remark, is_seen) = list(FIELDS).index(name), FIELDS[name]
    assert remarks[place] == remark
    assert (ink(volume, place + 1, FIELD, lightest=230) > 0) is is_seen


def test_a_field_that_is_printed_only_stays_so(tmp_path):
    _, volume = bound(tmp_path, drawn(b"0 0 1 1 2 2 c 0 0 140 40 re f", V=String("12"), F=36), form(V=String("12.34"), F=36, **TEXT))
    assert [ink(volume, number, FIELD) for number in (1, 2)] == [0, 0]
    with pikepdf.open(BytesIO(volume)) as document:
        kept = [page.obj.Annots[0] for page in list(document.pages)[1:]]
        assert [(str(note.Subtype), int(note.F), "/V" in note) for note in kept] == [("/Stamp", 36, False)] * 2
        assert all(isinstance(note.AP.N, pikepdf.Stream) for note in kept)


def test_two_fields_with_one_drawing_keep_their_own_layers(tmp_path):
    def two(document, page, off, on):
        shared = drawing(document)
        shape = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Tx, "F": 4, "AP": Dictionary(N=shared)}
        page.Annots = Array(
            document.make_indirect(Dictionary(T=String(f"a{left}"), OC=layer, Rect=Array([left, 60, left + 90, 110]), **shape))
            for left, layer in ((100, off), (250, document.make_indirect(Dictionary(Type=Name.OCMD, OCGs=on))))
        )
        document.Root.AcroForm = Dictionary(Fields=page.Annots)

    remarks, volume = bound(tmp_path, layered(with_=two))
    assert remarks == [""]
    assert [ink(volume, 1, (left, 90, left + 90, 140)) > 0 for left in (100, 250)] == [False, True]


def off_by(**keys):
    """Words on a layer whose group has these keys."""

    def make(document, page, group, other):
        for key, value in keys.items():
            group[f"/{key}"] = value
        marked(document, page, group, other)

    return make


@AREA
def test_the_purpose_of_a_layer_says_whether_its_state_counts(tmp_path):
    """As ISO 32000 has it: a state is for viewing if it does not say otherwise, and a layer for design then stays on."""
    unlisted = pikepdf.open(BytesIO(layered()))
    unlisted.Root.OCProperties.OCGs = Array([])
    meant = pikepdf.open(BytesIO(layered(with_=off_by(Intent=Name.Design))))
    meant.Root.OCProperties.D.Intent = Name.All
    files = []
    for document in (unlisted, meant):
        out = BytesIO()
        document.save(out)
        files.append(out.getvalue())
    files += [layered(with_=off_by(Intent=Name.Design)), layered(with_=off_by(Intent=Array([Name.Design, Name.View])))]
    _, volume = bound(tmp_path, *files)
    assert [ink(volume, number, (0, 80, 400, 150)) > 0 for number in range(1, 5)] == [True, False, True, False]


def signed(**keys):
    def make(document, page):
        value = document.make_indirect(Dictionary(Type=Name.Sig))
        shape = {"Subtype": Name.Widget, "FT": Name.Sig, "T": String("s"), "Rect": Array([0, 0, 0, 0]), "F": 4}
        field = document.make_indirect(Dictionary(Type=Name.Annot, **shape, **({"V": value} if keys.get("value") else {})))
        page.Annots = Array([field] if keys.get("seen") else [])
        above = document.make_indirect(Dictionary(T=String("above"), Kids=Array([field])))
        if keys.get("looped"):
            above.Kids.append(above)
        document.Root.AcroForm = Dictionary(Fields=Array([above] if keys.get("listed") else []), SigFlags=3)
        if keys.get("certified"):
            document.Root.Perms = Dictionary(DocMDP=value)

    return page_with(make)


@AREA
def test_only_a_signature_is_said_to_be_one(tmp_path):
    files = [signed(value=1, seen=1), signed(value=1, listed=1), signed(certified=1), signed(seen=1, listed=1), signed()]
    looped = [signed(looped=1, listed=1), signed(looped=1, listed=1, value=1)]
    assert bound(tmp_path, *files, *looped)[0] == [SIGNED] * 3 + [""] * 2 + [REPAIRED, f"{SIGNED}；{REPAIRED}"]


def raw(pages=b"<</Type/Pages/Kids[3 0 R]/Count 1>>", tail=b"", trailer=b""):
    """A file of one page, written by hand."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    content = b"<</Length %d>>\nstream\n%s\nendstream" % (len(SHOWN), SHOWN)
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", pages, page, content, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer\n<</Size 6/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(out))
        + tail
    )


FOR_HOLDERS = b"/ID[<00><00>]/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/Length 128>>"
DAMAGED = {
    "whole": (raw(), ""),
    "more after its end": (raw(tail=b"\0" * 500), ""),
    "wrong place of the table": (re.sub(rb"startxref\n\d+", b"startxref\n7", raw()), REPAIRED),
    "no place of the table": (raw()[: raw().rfind(b"startxref")], REPAIRED),
    "wrong length of a stream": (re.sub(rb"/Length \d+", b"/Length 9", raw()), REPAIRED),
    "one page more than there is": (raw(pages=b"<</Type/Pages/Kids[3 0 R null]/Count 2>>"), STATED.format(2, 1)),
    "locked for the holders of certificates": (raw(trailer=FOR_HOLDERS), ENCRYPTED),
    "cut off": (raw()[: raw().rfind(b"5 0 obj")], f"{REPAIRED}；{UNCOMPARED}"),
}


@AREA
def test_a_damaged_file_is_mended_and_said_to_be(tmp_path):
    assert bound(tmp_path, *(content for content, _ in DAMAGED.values()))[0] == [remark for _, remark in DAMAGED.values()]


@AREA
def test_nothing_that_acts_is_bound(tmp_path):
    """Files that no upload would take, as one issued by another portal might be."""
    later = page_with(
        lambda document, page: page.__setattr__(
            "Annots",
            Array([document.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9],
                A=Dictionary(S=Name.GoTo, D=String("x"), Next=Dictionary(S=Name.JavaScript, JS=String("1"))),
            ))]),
        )
    )  # fmt: skip
    answer = page_with(
        lambda document, page: page.__setattr__(
            "Annots",
            Array([document.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], IRT=document.make_indirect(Dictionary(
                    Type=Name.Annot, Subtype=Name.FileAttachment, FS=Dictionary(EF=Dictionary(F=document.make_stream(b"MZ"))),
                )),
            ))]),
        )
    )  # fmt: skip
    hostile = [make() for name, make, _ in HOSTILE.values() if name.endswith(".pdf")]
    files = [later, answer, *(content for content in hostile if content.startswith(b"%PDF"))]
    assert len(files) > 12
    _, volume = bound(tmp_path, *files)
    with pikepdf.open(BytesIO(volume)) as document:
        assert pdf_hazard(document) == ""
        assert not document.attachments


def in_picture_part(**keys):
    """A drawn part with these keys: an action, and a file, that the library writes as objects of their own."""

    def make(document, page):
        held = {key: document.make_indirect(value(document)) for key, value in keys.items()}
        part = document.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], **held)
        page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(P=part))
        page.Contents = document.make_stream(SHOWN + b"/P Do")

    return page_with(make)


def beside(document):
    held = document.make_stream(b"MZ", Type=Name.EmbeddedFile)
    return Dictionary(Type=Name.Filespec, F=String("账.xlsx"), UF=String("账.xlsx"), EF=Dictionary(F=held))


def test_a_sound_page_is_bound_without_the_action_that_hangs_on_a_part_of_it(tmp_path):
    def starts(_document):
        return Dictionary(S=Name.Launch, F=String("cmd.exe"))

    remarks, volume = bound(tmp_path, in_picture_part(A=starts), in_picture_part(Other=starts))
    assert remarks == ["", ""]
    assert [ink(volume, number) > 0 for number in (1, 2)] == [True, True]
    assert b"cmd.exe" not in volume


def test_files_associated_with_any_part_are_named(tmp_path):
    files = [
        in_picture_part(AF=lambda document: Array([document.make_indirect(beside(document))])),
        page_with(lambda document, page: page.__setattr__("AF", Array([beside(document)]))),
        page_with(lambda document, _page: document.Root.__setattr__("AF", Array([beside(document)]))),
    ]
    assert bound(tmp_path, *files)[0] == ["内嵌文件未并入：账.xlsx"] * 3


def test_a_form_of_another_kind_is_said_to_be_left_out(tmp_path):
    assert bound(tmp_path, page_with(root(AcroForm=Dictionary(Fields=Array([]), XFA=String("x")))))[0] == [DYNAMIC]


def picture_page(tmp_path, content, kind, *before):
    files = [
        DossierFile("1-1", "图", "图", "a", one_kind, 1, "0" * 64, lambda one=one: BytesIO(one))
        for one, one_kind in (*before, (content, kind))
    ]
    (tmp_path / "front.pdf").write_bytes(pdf())
    entries = entries_of(files, tmp_path)
    bind(entries, front=tmp_path / "front.pdf", out=tmp_path / "volume.pdf", mark="", title="")
    return entries[-1].remark, (tmp_path / "volume.pdf").read_bytes()


@pytest.mark.parametrize("grey", [0x4000, 0x8000, 0xC000])
def test_a_scan_of_fine_greys_keeps_them(grey, tmp_path):
    out = BytesIO()
    Image.new("I;16", (60, 40), grey).save(out, "PNG")
    remark, volume = picture_page(tmp_path, out.getvalue(), PNG)
    assert remark == ""
    with pypdfium2.PdfDocument(volume) as document:
        page = document[1].render(scale=1).to_pil().convert("L")
    assert abs(page.getpixel((page.width // 2, page.height // 2)) - grey // 256) < 4


def test_half_a_picture_is_said_to_be_damaged_also_after_a_form(tmp_path):
    whole = BytesIO()
    Image.effect_noise((200, 200), 90).save(whole, "JPEG")
    before = (form(V=String("12.34"), **TEXT), PDF)  # which loads the library that takes half pictures
    assert picture_page(tmp_path, whole.getvalue()[:4_000], JPEG, before)[0] == BROKEN_IMAGE


@AREA
def test_a_file_that_takes_too_long_is_left_out_and_the_next_is_not(tmp_path, monkeypatch):
    for name, content in (("slow", page_with(stream(SHOWN))), ("quick", page_with(stream(SHOWN)))):
        (tmp_path / name).write_bytes(content)
    with PageMaker() as maker:
        with monkeypatch.context() as short:
            short.setattr(page_maker, "SECONDS", 0)
            short.setattr(page_maker, "LEAST", 0)
            assert maker.make(tmp_path / "slow", tmp_path / "a.pdf", PDF).remarks == [SLOW]
        assert maker.make(tmp_path / "quick", tmp_path / "b.pdf", PDF).pages == 1


def test_the_catalogue_names_every_reason_for_which_a_file_is_left_out():
    reasons = {BROKEN, BROKEN_IMAGE, DIED, ENCRYPTED, HARMFUL.format("脚本"), LARGE, MISSING, NOT_A_PDF, NO_PAGES, SLOW}
    named = {"加密", "损坏", "没有页面", "脚本", "过大", "中断", "超过时限|超时", "不是PDF或图片", "读不出"}
    assert [one for one in reasons if not any(re.search(word, one) for word in named)] == []
    assert [word for word in named if not re.search(word, NOTE)] == []


@AREA
def test_slow_files_share_the_time_of_a_volume():
    with PageMaker() as maker:
        assert maker.seconds(60) == 60
        maker.spent(time.monotonic() + 1 - page_maker.TOTAL)
        assert maker.seconds(60) == page_maker.LEAST
        maker.spent(time.monotonic() - 1)
        assert maker.seconds(60) == 0


@AREA
def test_a_file_that_takes_all_memory_does_not_stop_the_next(tmp_path):
    def bomb(document, page):
        packed = zlib.compress(b" " * 400_000_000, 1)
        page.Contents = Array([document.make_stream(packed, Filter=Name.FlateDecode) for _ in range(9)])

    remarks, volume = bound(tmp_path, page_with(bomb), page_with(stream(SHOWN)))
    assert "未并入" in remarks[0]
    assert remarks[1] == ""
    assert ink(volume, 1) > 0


def words(text, size, left=100.0, grey="0"):
    return page_with(stream(f"{grey} g BT /F {size} Tf {left} 100 Td ({text}) Tj ET".encode()))


@AREA
@pytest.mark.parametrize(
    ("one", "other", "is_different"),
    [
        (words("1", 8), words("", 8), True), (words("", 8), words("8", 6), True), (words("8", 8, grey="0.6"), words("", 8), True),
        (words("Same", 12), words("Same", 12), False), (words("Same", 12, 100.0), words("Same", 12, 100.1), False),
        (words("Same", 12, 100.0), words("Same", 12, 110.0), True),
    ],
)  # fmt: skip
def test_a_small_sign_is_missed_and_the_edge_of_a_sign_is_not(one, other, is_different, tmp_path):
    for name, content in (("a", one), ("b", other)):
        (tmp_path / name).write_bytes(content)
    found = compared(tmp_path / "a", tmp_path / "b", apart={}, fields={}, off={})
    assert (found.pages, found.stated, found.different) == (1, 1, (1,) if is_different else ())


def test_the_stamp_is_as_large_on_a_page_with_units_of_its_own(tmp_path):
    def units(unit):
        return page_with(lambda _document, page: page.__setattr__("UserUnit", unit))

    _, volume = bound(tmp_path, *(units(unit) for unit in (1, 2, 0, String("x"))))
    with pikepdf.open(BytesIO(volume)) as document:
        contents = [b" ".join(part.read_bytes() for part in page.obj.Contents) for page in list(document.pages)[1:]]
    sizes = [float(re.search(rb"/DossierStamp ([\d.]+) Tf", content)[1]) for content in contents]
    assert sizes == [8, 4, 8, 8]


def test_pages_of_an_odd_file_are_not_known_to_the_archive():
    locked = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    files = [locked.getvalue(), raw()[:40], raw(pages=b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>"), pdf()]
    assert [pages_of(Evidence(content_type=PDF, file=ContentFile(content, "a.pdf"))) for content in files] == [None, None, None, 1]
