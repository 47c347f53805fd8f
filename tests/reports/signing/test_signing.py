"""Signatures of PDFs: made without touching what was there, broken by any flipped byte, and only as good as their certificate."""

import datetime as dt
import hashlib
import mmap
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from reports.signing import keys
from reports.signing.checks import signing_key
from reports.signing.enums import CertificateState, Integrity
from reports.signing.services import signed
from reports.signing.signatures import signatures
from reports.signing.verification import checked
from tests import pdf_texts
from tests.reports.signing.pki import PASSWORD

REASON = "上海市绿色生态城区年度评估报告"


def test_the_paper_stays_as_it_was_below_the_signature(paper):
    found = signed(paper, reason=REASON)
    assert found.startswith(paper)
    with pikepdf.open(BytesIO(paper)) as before, pikepdf.open(BytesIO(found)) as after:
        for key in ("/MarkInfo", "/OutputIntents", "/Lang", "/ViewerPreferences"):
            assert str(after.Root[key]) == str(before.Root[key])
        assert "/StructTreeRoot" in after.Root
        with before.open_metadata() as old, after.open_metadata() as new:
            assert {key: new[key] for key in ("pdfaid:part", "pdfaid:conformance", "dc:title")} == {
                "pdfaid:part": "3", "pdfaid:conformance": "A", "dc:title": old["dc:title"]
            }  # fmt: skip
        (field,) = after.Root.AcroForm.Fields
        assert (str(field.V.SubFilter), str(field.V.Reason)) == ("/ETSI.CAdES.detached", REASON)
        # PDF/A wants a widget printed, not hidden, and without an appearance only where it has no size.
        assert (int(field.F) & 0b10_0111, [float(side) for side in field.Rect]) == (0b100, [0, 0, 0, 0])


def test_attachments_and_text_survive_and_qpdf_finds_no_fault(paper, tmp_path):
    with pikepdf.open(BytesIO(paper)) as pdf:
        pdf.attachments["数据.xlsx"] = pikepdf.AttachedFileSpec(pdf, b"xlsx", mime_type="application/vnd.ms-excel")
        out = BytesIO()
        pdf.save(out)
    file = tmp_path / "a.pdf"
    file.write_bytes(signed(out.getvalue(), reason=REASON))
    with pikepdf.open(file) as pdf:
        assert pdf.attachments["数据.xlsx"].get_file().read_bytes() == b"xlsx"
        assert pdf.check_pdf_syntax() == []
    assert "总体情况" in pdf_texts.texts_of(file.read_bytes())[0]


def test_the_demo_signs_with_a_certificate_of_its_own_that_says_so(paper):
    found = checked(signed(paper, reason=REASON))
    assert (found.integrity, found.certificate, found.timestamped) == (Integrity.INTACT, CertificateState.GOOD, False)
    assert "演示数据" in found.signer
    assert abs(found.signed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert Path(keys.settings.SIGNING_DEMO_PATH).stat().st_mode & 0o077 == 0


def test_production_without_a_key_leaves_papers_unsigned(paper, settings):
    settings.PRODUCTION = True
    assert not keys.has_key()
    assert signed(paper, reason=REASON) is paper
    assert checked(paper).integrity == Integrity.UNSIGNED
    assert not keys.anchors()


def test_the_digest_is_that_of_the_file(paper):
    found = signed(paper, reason=REASON)
    assert checked(found).digest == hashlib.sha256(found).hexdigest()


def test_another_library_function_agrees_over_the_whole_file(paper, pki):
    (signature,) = PdfFileReader(BytesIO(signed(paper, reason=REASON))).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=keys.anchors()))
    assert (status.valid, status.intact, status.trusted) == (True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert pki.asked == []


def test_any_flipped_byte_breaks_it(paper):
    """Everywhere in what is signed, and every byte of the signature itself, its unsigned head and the padding included."""
    found = signed(paper, reason=REASON)
    (place,) = signatures(found)
    own = range(place.before, place.before + 2 * len(place.value.rstrip(b"\0")) + 8)
    for at in [
        *own[::5],
        *range(0, place.before, 3001),
        place.before,
        place.after - 1,
        *range(place.after, len(found)),
    ]:
        spoilt = bytearray(found)
        spoilt[at] ^= 1
        assert checked(bytes(spoilt)).integrity == Integrity.BROKEN, at


@pytest.mark.parametrize("change", [lambda pdf: pdf + b"\n", lambda pdf: pdf[:-1], lambda pdf: pdf + pdf, lambda pdf: b"%" + pdf])
def test_what_is_added_or_taken_away_breaks_it(paper, change):
    assert checked(change(signed(paper, reason=REASON))).integrity == Integrity.BROKEN


@pytest.mark.parametrize(
    "hostile",
    [
        b"%PDF-1.7\n/ByteRange [0 9 9 9]",
        b"%PDF-1.7\n<30>/ByteRange [0 9 13 25]         ",
        b"%PDF-1.7\n<zz>/ByteRange [0 9 13 99999]",
        b"%PDF-1.7\n/ByteRange [0 999999999999 999999999999 999999999999]" * 400,
        b"%PDF-1.7\n<" + b"3080" * 2000 + b">/ByteRange [0 9 8011 28]",
    ],
)
def test_hostile_values_are_refused_quietly(hostile):
    assert checked(hostile).integrity == Integrity.BROKEN


def test_a_file_on_disk_is_read_where_it_lies(paper, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(signed(paper, reason=REASON))
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        assert checked(content) == checked(file.read_bytes())


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("good", CertificateState.GOOD),
        ("expired", CertificateState.EXPIRED),
        ("revoked", CertificateState.REVOKED),
        ("listed", CertificateState.REVOKED),
    ],
)
def test_the_authority_is_asked_for_the_certificate(paper, pki, settings, name, state):
    settings.SIGNING_P12 = pki.key(name)
    found = checked(signed(paper, reason=REASON))
    assert (found.integrity, found.signer, found.certificate) == (Integrity.INTACT, f"演示 {name}", state)
    places = {"good": "/gd/ocsp/issuer", "revoked": "/gd/ocsp/issuer", "listed": "/gd/crls/issuer/latest.crl"}
    assert set(pki.asked) == ({places[name]} if name in places else set())


def test_without_asking_a_revoked_certificate_is_within_its_term_and_no_more_is_said(paper, pki, settings):
    settings.SIGNING_P12 = pki.key("revoked")
    found = checked(signed(paper, reason=REASON), ask=False)
    assert (found.certificate, found.revocation_asked, pki.asked) == (CertificateState.GOOD, False, [])


@pytest.mark.parametrize("name", ["good", "listed"])
def test_an_authority_that_does_not_answer_leaves_the_state_unknown(paper, pki, settings, name):
    settings.SIGNING_P12 = pki.key(name)
    pdf = signed(paper, reason=REASON)
    pki.away.set()
    found = checked(pdf)
    assert (found.integrity, found.certificate) == (Integrity.INTACT, CertificateState.UNKNOWN)
    assert pki.asked


def test_somebody_elses_certificate_is_unknown_and_nobody_is_asked(paper, pki, settings):
    pdf = signed(paper, reason=REASON)
    settings.SIGNING_ROOTS, settings.SIGNING_P12 = [], ""  # only the demo's own is trusted now
    found = checked(pdf)
    assert (found.integrity, found.certificate, found.revocation_asked) == (Integrity.INTACT, CertificateState.UNKNOWN, False)
    assert pki.asked == []


def test_a_trusted_timestamp_proves_the_time(paper, pki, settings):
    settings.TIMESTAMP_URL = pki.timestamps
    found = checked(signed(paper, reason=REASON))
    assert (found.integrity, found.timestamped, found.certificate) == (Integrity.INTACT, True, CertificateState.GOOD)
    assert pki.asked[0] == "/gd/tsa/tsa"
    assert abs(found.signed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_a_timestamp_of_an_untrusted_authority_proves_nothing(paper, pki, settings):
    settings.TIMESTAMP_URL = pki.timestamps
    pdf = signed(paper, reason=REASON)
    found = checked(pdf, trusted=[])
    assert (found.integrity, found.timestamped) == (Integrity.INTACT, False)


def test_a_silent_timestamp_authority_does_not_hold_a_report_up(paper, pki, settings, caplog):
    settings.TIMESTAMP_URL = pki.timestamps
    pki.away.set()
    found = checked(signed(paper, reason=REASON))
    assert (found.integrity, found.timestamped) == (Integrity.INTACT, False)
    assert "no timestamp from" in caplog.text


@pytest.mark.parametrize(("p12", "password"), [("missing.p12", ""), ("root.pem", ""), ("good.p12", "wrong")])
def test_a_key_that_cannot_be_used_is_named(paper, pki, settings, p12, password):
    settings.SIGNING_P12, settings.SIGNING_PASSWORD = str(pki.folder / p12), password
    with pytest.raises(keys.UnusableSigningKeyError, match="GD_SIGNING_P12"):
        signed(paper, reason=REASON)


def test_the_deployment_check_wants_a_key_that_works(pki, settings):
    assert signing_key() == []
    settings.SIGNING_PASSWORD = "wrong"
    assert [found.id for found in signing_key()] == ["gd.E013"]
    settings.SIGNING_PASSWORD, settings.SIGNING_ROOTS = PASSWORD, ["/nowhere.pem"]
    assert [found.id for found in signing_key()] == ["gd.E013"]
    settings.SIGNING_P12 = ""
    assert [found.id for found in signing_key()] == ["gd.W002"]
