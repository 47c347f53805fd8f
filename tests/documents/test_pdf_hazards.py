"""What may not be in a PDF, and what is harmless and must pass: both directions, every file made here."""

import time
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from greendistrict.core.errors import Refused
from greendistrict.documents.office import hazards
from greendistrict.documents.office.anonymous import anonymous
from greendistrict.documents.office.hazards import bounded_library
from tests.files import look, pdf, written


def deep(levels, innermost):
    part = innermost
    for _ in range(levels):
        part = Array([Dictionary(K=part)])
    return part


def on_page(mark):
    def add(document):
        document.pages[0].Annots = Array([document.make_indirect(Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **mark(document)))])

    return lambda: pdf(add)


def link(**action):
    return on_page(lambda _document: {"Subtype": Name.Link, "A": Dictionary(**action)})


def root(**keys):
    return lambda: pdf(lambda document: [setattr(document.Root, key, make(document)) for key, make in keys.items()])


def script():
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def opens():
    return Dictionary(S=Name.URI, URI=String("http://x"))


def attached(document):
    stream = document.make_stream(b"MZ", Type=Name.EmbeddedFile)
    return Dictionary(Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=stream))


HOSTILE = {
    "pdf attachment mark": ("a.pdf", on_page(lambda document: {"Subtype": Name.FileAttachment, "FS": attached(document)}), "附件"),
    "pdf associated file": ("a.pdf", root(AF=lambda document: Array([attached(document)])), "附件"),
    "pdf embedded file": ("a.pdf", lambda: pdf(lambda document: document.attachments.__setitem__("a.exe", b"MZ")), "附件"),
    "pdf rich media": ("a.pdf", on_page(lambda _d: {"Subtype": Name.RichMedia}), "多媒体"),
    "pdf sound": ("a.pdf", on_page(lambda _d: {"Subtype": Name.Sound}), "多媒体"),
    "pdf model": ("a.pdf", on_page(lambda _d: {"Subtype": Name("/3D")}), "三维模型"),
    "pdf xfa": ("a.pdf", root(AcroForm=lambda d: Dictionary(Fields=[], XFA=d.make_stream(b"<xdp/>"))), "动态表单"),
    "pdf submits": ("a.pdf", link(S=Name.SubmitForm, F=String("http://x.example")), "向外提交表单的动作"),
    "pdf other file of a share": ("a.pdf", link(S=Name.GoToR, F=String(r"\\host\share\a.pdf")), "指向网络共享"),
    "pdf other file by address": ("a.pdf", link(S=Name.GoToR, F=Dictionary(FS=Name.URL, F=String("http://x/a.pdf"))), "指向网络共享"),
    "pdf other file by unicode": ("a.pdf", link(S=Name.GoToR, F=Dictionary(F=String("a.pdf"), UF=String("//host/a.pdf"))), "指向网络共享"),
    "pdf embedded target": ("a.pdf", link(S=Name.GoToE, F=String("a.pdf")), "打开附件的动作"),
    "pdf address on opening": ("a.pdf", root(OpenAction=lambda _d: opens()), "打开时自动访问"),
    "pdf address after opening": ("a.pdf", root(OpenAction=lambda _d: Dictionary(S=Name.GoTo, Next=Array([opens()]))), "打开时自动访问"),
    "pdf address on a page event": ("a.pdf", lambda: pdf(lambda d: setattr(d.pages[0], "AA", Dictionary(O=opens()))), "打开时自动访问"),
    "pdf script on a page event": ("a.pdf", lambda: pdf(lambda d: setattr(d.pages[0], "AA", Dictionary(O=script()))), "脚本"),
    "pdf link to a share": ("a.pdf", link(S=Name.URI, URI=String("file://host/share")), "指向本机、网络共享"),
    "pdf script 8 deep": ("a.pdf", root(Deep=lambda _d: deep(8, script())), "脚本"),
    "pdf script 100 deep": ("a.pdf", root(Deep=lambda _d: deep(100, script())), "脚本"),
    "pdf script by name": ("a.pdf", root(Names=lambda _d: Dictionary(JavaScript=Dictionary(Names=[String("a"), script()]))), "脚本"),
    "pdf starts a program": ("a.pdf", link(S=Name.Launch, F=String("cmd.exe")), "启动程序的动作"),
    "pdf stream from outside": ("a.pdf", root(Other=lambda d: d.make_stream(b"", F=String("http://x.example/a"))), "从外部取用的内容"),
    "pdf rendition": ("a.pdf", link(S=Name.Rendition), "多媒体"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_pdf_runs_fetches_or_carries_is_refused_by_name(name):
    file, make, words = HOSTILE[name]
    with pytest.raises(Refused) as refused:
        look(file, make())
    assert words in str(refused.value)
    assert "打印" in str(refused.value)


def outlined(document):
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("第一章", 0))


def form(document):
    field = document.make_indirect(Dictionary(FT=Name.Tx, T=String("名称"), V=String("演示"), Subtype=Name.Widget, Rect=[0, 0, 9, 9]))
    document.pages[0].Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" rdf:about="" pdfaid:part="1" pdfaid:conformance="B"/>
</rdf:RDF></x:xmpmeta>"""


def archival(document):
    document.Root.Metadata = document.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    profile = document.make_stream(b"icc", N=3)
    document.Root.OutputIntents = Array([Dictionary(S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"), DestOutputProfile=profile)])


def printed():
    from weasyprint import HTML

    return HTML(string="<h1>演示</h1><a href='https://example.org'>x</a><form><input value='1'></form>").write_pdf(pdf_variant="pdf/a-2b")


def owned(out):
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="o", user=""))


HARMLESS = {
    "outline": ("a.pdf", lambda: pdf(outlined)),
    "form fields": ("a.pdf", lambda: pdf(form)),
    "archival": ("a.pdf", lambda: pdf(archival)),
    "web link of a PDF": ("a.pdf", link(S=Name.URI, URI=String("https://example.org"))),
    "mail link of a PDF": ("a.pdf", link(S=Name.URI, URI=String("mailto:a@example.org"))),
    "file beside": ("a.pdf", link(S=Name.GoToR, F=String("附件/一.pdf"))),
    "jump": ("a.pdf", link(S=Name.GoTo, D=String("chapter"))),
    "opens at a page": ("a.pdf", root(OpenAction=lambda document: Array([document.pages[0].obj, Name.Fit]))),
    "opens by a jump": ("a.pdf", root(OpenAction=lambda _d: Dictionary(S=Name.GoTo, D=String("x")))),
    "nothing attached": ("a.pdf", root(Names=lambda _d: Dictionary(EmbeddedFiles=Dictionary(Names=[])), AF=lambda _d: Array([]))),
    "comment": ("a.pdf", on_page(lambda _d: {"Subtype": Name.Text, "Contents": String("请核对")})),
    "null among the notes": ("a.pdf", lambda: pdf(lambda document: setattr(document.pages[0], "Annots", Array([None, 7])))),
    "locked against changes": ("a.pdf", lambda: written(owned)),
    "page of WeasyPrint": ("a.pdf", printed),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_and_usual_in_a_pdf_passes_and_can_be_made_anonymous(name):
    file, make = HARMLESS[name]
    content = make()
    kind = look(file, content)
    assert look(file, anonymous(file, kind, content)) == kind


def test_a_paper_of_the_portal_itself_is_not_judged_again():
    content = pdf(lambda document: document.attachments.__setitem__("数据.json", b"{}"))
    with pytest.raises(Refused, match="附件"):
        look("a.pdf", content)
    assert look("a.pdf", content, issued=True).extension == "pdf"


ALONE = {
    "JS": (lambda _d: String("app.alert(1)"), "脚本"),
    "XFA": (lambda d: d.make_stream(b"<xdp/>"), "动态表单"),
    "RichMediaContent": (lambda _d: Dictionary(), "多媒体"),
    "RichMediaSettings": (lambda _d: Dictionary(), "多媒体"),
    "EF": (lambda d: Dictionary(F=d.make_stream(b"MZ")), "附件"),
    "EmbeddedFiles": (lambda _d: Dictionary(Names=[String("a"), Dictionary()]), "附件"),
    "AF": (lambda _d: Array([Dictionary()]), "附件"),
}


@pytest.mark.parametrize("key", ALONE)
def test_each_key_is_found_in_a_dictionary_without_any_other(key):
    make, words = ALONE[key]
    with pytest.raises(Refused, match=words):
        look(
            "a.pdf", pdf(lambda document: setattr(document.Root, "Other", document.make_indirect(Dictionary({f"/{key}": make(document)}))))
        )


def hidden(size, held=b"<</S/JavaScript/JS(1)>>", times=1):
    """A file that keeps a script, or something else, behind so many blanks in each of some packed streams of objects."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/X %d 0 R>>" % (4 + times)
    parts, packed = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page], range(4, 4 + times)
    for number in packed:
        head = b"%d 0 " % (number + times)
        content = zlib.compress(head + b" " * size + held)
        keys = b"/N 1/First %d/Filter/FlateDecode/Length %d" % (len(head), len(content))
        parts.append(b"<</Type/ObjStm%s>>\nstream\n%s\nendstream" % (keys, content))
    out, places, last = b"%PDF-1.7\n", [], 4 + 2 * times
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    rows = [b"\0" * 7, *(b"\x01" + place.to_bytes(4) + b"\0\0" for place in places)]
    table = b"".join([*rows, *(b"\x02" + number.to_bytes(4) + b"\0\0" for number in packed)])
    keys = b"/Size %d/W[1 4 2]/Root 1 0 R/Length %d" % (last, len(table))
    head = b"%d 0 obj\n<</Type/XRef%s>>\nstream\n%s\nendstream\nendobj\n" % (last, keys, table)
    return out + head + b"startxref\n%d\n%%%%EOF\n" % len(out)


def test_what_is_packed_too_large_is_not_looked_through_and_refused():
    before = bounded_library().settings.set_qpdf_limits(flate_max_memory=1024 * 1024)
    try:
        for size, words in ((9, "含脚本"), (3_000_000, "含过大的压缩内容")):
            with pytest.raises(Refused, match=words):
                look("a.pdf", hidden(size))
    finally:
        pikepdf.settings.set_qpdf_limits(**before)
    assert before == {"flate_max_memory": hazards.MOST_UNPACKED}


def test_the_time_counts_between_streams_that_are_unpacked(monkeypatch):
    content, used = hidden(10_000_000, b"<<>>", times=8), []
    for most in (20, 0.01):
        monkeypatch.setattr(hazards, "MAX_SECONDS", most)
        begun = time.thread_time()
        if most > 1:
            look("a.pdf", content)
        else:
            with pytest.raises(Refused, match="过多的对象"):
                look("a.pdf", content)
        used.append(time.thread_time() - begun)
    assert used[1] < used[0] / 2


def test_a_file_beside_is_named_by_a_text():
    """Each of many levels that lead twice to the next would double the time."""

    def add(document):
        named = document.make_indirect(Dictionary(F=String("a.pdf")))
        for _ in range(12):
            named = document.make_indirect(Dictionary(F=named, UF=named))
        document.Root.Other = Dictionary(S=Name.GoToR, F=named)

    with pytest.raises(Refused, match="指向网络共享"):
        look("a.pdf", pdf(add))


def test_what_takes_too_long_to_look_through_is_refused(monkeypatch):
    monkeypatch.setattr(hazards, "MAX_SECONDS", -1)
    with pytest.raises(Refused, match="过多的对象"):
        look("a.pdf", pdf())
