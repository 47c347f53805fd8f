"""PDF check of /verify/: digest and signature are reported, the content is neither shown nor stored."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from greendistrict.core import clock, papers
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.services import store, store_bytes
from portal.public import selectors
from portal.public.selectors import find
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from reports.signing.services import signed
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.files import pdf
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
PAGE = "/verify/"
INSIDE = "内部排名（不公开）"


@pytest.fixture(autouse=True)
def own_minute():
    cache.clear()


@pytest.fixture(scope="module")
def paper():
    """A report as the portal makes it: signed, with a workbook attached."""

    def add(document):
        document.attachments["数据.xlsx"] = pikepdf.AttachedFileSpec(document, b"PK", description=INSIDE)

    return signed(pdf(add), reason="年度评估报告")


def sent(client, content, name="报告.pdf", **headers):
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content, "application/pdf")}, **headers)
    return answer.status_code, answer.content.decode()


def report(people, **facts):
    return ExportJob.objects.create(**{
        "kind": "annual_city", "year": 2025, "requested_at": clock.now(), "finished_at": clock.now(), "state": JobState.DONE,
        "requested_by": people.city_officer, "asked": "一", **facts
    })  # fmt: skip


def kept(job, content):
    papers.give(job)
    return store_bytes(owner=job, content=content, name="报告.pdf", content_type="application/pdf", kind="报告", title="报告")


def test_a_report_of_the_portal_is_known_by_its_digest_and_its_signature(client, paper):
    job = report(cast())
    kept(job, paper)
    status, page = sent(client, paper, name=f"{INSIDE}.pdf")
    assert status == 200
    for word in ("完全一致", job.label, "有效", "签名有效，签名后没有改动", "演示数据 绿色生态城区平台", "没有时间戳"):
        assert word in page, word
    assert INSIDE not in page


def test_a_flipped_byte_makes_it_unknown_and_its_signature_broken_and_a_digest_outlives_the_file(client, paper, people):
    status, page = sent(client, pdf())
    assert (status, "查无" in page, "没有数字签名" in page) == (200, True, True), "of somebody else"
    kept(report(people), paper).delete()
    assert "完全一致" in sent(client, paper)[1]
    spoilt = bytearray(paper)
    spoilt[200] ^= 1
    status, page = sent(client, bytes(spoilt))
    assert (status, "查无" in page, "签名无效，签名后内容有改动" in page, "完全一致" in page) == (200, True, True, False)


def test_it_goes_to_a_temporary_file_never_into_memory_and_nothing_is_kept(client, paper, monkeypatch, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    kept(report(cast()), paper)
    before = Evidence.objects.count(), len(list(Path(configured.MEDIA_ROOT).rglob("*")))
    used, at_first = [], TemporaryFileUploadHandler.new_file
    monkeypatch.setattr(
        TemporaryFileUploadHandler,
        "new_file",
        lambda self, *args, **kwargs: (used.append(self.request.upload_handlers), at_first(self, *args, **kwargs))[1],
    )
    assert len(paper) < settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    sent(client, paper)
    assert [[type(one) for one in handlers] for handlers in used] == [[TemporaryFileUploadHandler]]
    assert (Evidence.objects.count(), len(list(Path(configured.MEDIA_ROOT).rglob("*")))) == before
    assert (Upload.objects.count(), list(tmp_path.iterdir())) == (0, [])
    strict = Client(enforce_csrf_checks=True).post(PAGE, {"file": SimpleUploadedFile("a.pdf", pdf())})
    assert (strict.status_code, len(strict.cookies), strict["Cache-Control"].count("no-store")) == (200, 0, 1), "no cookie is wanted or set"


@pytest.mark.parametrize(
    ("content", "words"), [(b"PK\x03\x04 docx", "这不是 PDF 文件"), (b"", "这是空文件"), (None, "请选择要核验的 PDF 文件")]
)
def test_what_is_no_pdf_is_refused_with_words(client, content, words):
    answer = client.post(PAGE, {} if content is None else {"file": SimpleUploadedFile("a.pdf", content)})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("length", [str(60 * 1024 * 1024), "many", ""])
def test_a_body_too_big_or_of_unknown_size_is_refused_unread(client, length):
    class Untouched(BytesIO):
        def read(self, *_):
            raise AssertionError

    answer = client.generic("POST", PAGE, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=length, **{"wsgi.input": Untouched()})
    assert (answer.status_code, "文件超过50MB，不能核验" in answer.content.decode()) == (413, True)


def test_a_file_just_over_the_limit_is_refused(client, settings):
    settings.GD_UPLOAD_MAX_BYTES = 1024 * 1024
    status, page = sent(client, b"%PDF-" + b"0" * 1024 * 1024)
    assert (status, "文件超过1MB，不能核验" in page) == (422, True)


def test_files_are_limited_per_address_apart_from_look_ups(client, paper):
    answers = [sent(client, pdf())[0] for _ in range(selectors.FILES_A_MINUTE + 1)]
    assert answers == [200] * selectors.FILES_A_MINUTE + [429]
    assert sent(client, pdf(), REMOTE_ADDR="192.0.2.9")[0] == 200
    assert client.get(PAGE, {"code": "SQ-1999-9999"}).status_code == 404


def test_an_earlier_report_is_superseded_by_the_next_edition(client, paper, people):
    first = report(people, edition="第1版", asked="一")
    kept(first, paper)
    code = papers.code_of(first)
    again = report(people, edition="第1版", asked="二")
    assert find(code).state == papers.PaperStanding.VALID, "the same edition made again"
    ExportJob.objects.filter(pk=again.pk).update(edition="未核定（第1版更正中）")
    assert find(code).state == papers.PaperStanding.VALID, "no edition supersedes one"
    ExportJob.objects.filter(pk=again.pk).update(edition="更正第2版", finished_at=clock.now())
    assert "已被更新版本替代" in client.get(PAGE, {"check": code}).content.decode()
    assert "已被更新版本替代" in sent(client, paper)[1]
    ExportJob.objects.filter(pk=again.pk).update(state=JobState.FAILED)
    assert find(code).state == papers.PaperStanding.VALID


def test_a_report_in_other_formats_or_not_yet_made_supersedes_nothing(client, people):
    job = report(people, year=2023)
    kept(job, pdf())
    assert "没有，出具时平台未配置签名密钥" in client.get(PAGE, {"check": papers.code_of(job)}).content.decode(), "unsigned"
    report(people, year=2023, asked="二")
    assert find(papers.code_of(job)).state == papers.PaperStanding.SUPERSEDED, "before the first edition a later report does"
    plan = {"kind": "obligations_plan", "scope": "city", "district": None}
    first = report(people, sight="city_officer", **plan)
    papers.give(first)
    for sight, state in (("city_checker", papers.PaperStanding.VALID), ("city_officer", papers.PaperStanding.SUPERSEDED)):
        report(people, asked="二", sight=sight, **plan)
        assert find(papers.code_of(first)).state == state, "made for some seats it is superseded by the next for these"
    mine = report(people, formats=["pdf", "xlsx"], asked="一")
    papers.give(mine)
    report(people, formats=["xlsx"], asked="二")
    report(people, state=JobState.RUNNING, finished_at=None, asked="三")
    report(people, year=2024, asked="四")
    assert find(papers.code_of(mine)).state == papers.PaperStanding.VALID
    waiting = report(people, state=JobState.QUEUED, finished_at=None, asked="五")
    papers.give(waiting)
    assert find(papers.code_of(waiting)).state is None


def test_the_portals_own_report_is_evidence_although_it_carries_a_workbook(paper, people):
    district = make_district(people)
    upload = SimpleUploadedFile("全市2025年度评估报告.pdf", paper, "application/pdf")
    refuses("附件", store, owner=district, upload=upload, kind="佐证材料", title="报告", by=people.preparer)
    kept(report(people), paper)
    upload.seek(0)
    taken = store(owner=district, upload=upload, kind="佐证材料", title="报告", by=people.preparer)
    assert (papers.is_issued(taken.sha256), taken.size) == (True, len(paper))
    spoilt = SimpleUploadedFile("改动.pdf", paper.replace(b"%PDF-1.", b"%PDF-2.", 1), "application/pdf")
    refuses("附件", store, owner=district, upload=spoilt, kind="佐证材料", title="报告", by=people.preparer)
