"""公示 as a PDF that anybody downloads: it says what the page says, is verified by its code, and follows an extension."""

import datetime as dt
import re
from contextlib import contextmanager

import pytest
from django.urls import reverse
from lxml.html import document_fromstring

from approvals.cases.models.correspondence import Notice
from approvals.publicity import services
from approvals.publicity.sheets import sheet_of
from greendistrict.core import clock
from greendistrict.core.papers import code_of
from greendistrict.workflow import outbox
from reports.composition.printed import texts_of
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.jobs.services import run
from reports.matters.notices import KIND, compose, file_of
from reports.signing.signatures import is_signed
from tests import pdf_texts
from tests.factories.approvals import Filing
from tests.reports.matters.worlds import squeezed
from tests.reports.signing.pki import PASSWORD, authority

pytestmark = [pytest.mark.django_db, pytest.mark.area("reports/matters", "approvals/publicity")]
ADDRESS = "https://portal.example/n"
HEADINGS = re.compile(r"^[一二三四]、")


def noticed(*, with_facts=True, **told):
    filing = Filing(population=12000, **told).to_reviewed()
    filing.do("open_notice", "city_officer", with_facts=with_facts)
    Notice.objects.filter(opens_on__gt=clock.today()).update(opens_on=clock.today())
    return filing, Notice.objects.get()


def made():
    """Ask for the papers that are due, and make them."""
    while outbox.drain():
        pass
    return [job.pk for job in ExportJob.objects.filter(kind=KIND, state="queued") if run(job.pk)]


def page_of(client, notice):
    client.logout()
    return client.get(reverse("approvals:notice", args=[notice.pk])).content.decode()


@pytest.mark.parametrize("with_facts", [True, False])
def test_page_and_paper_say_the_same(client, settings, with_facts):
    settings.CONTACT_OFFICE = {"处室": "演示处（虚构）", "电话": ""}
    _, notice = noticed(with_facts=with_facts)
    main = document_fromstring(page_of(client, notice)).find('.//main[@id="main"]')
    shown = squeezed(main.text_content())
    paper = compose(sheet_of(notice), address=ADDRESS, is_demo=True)
    said = [HEADINGS.sub("", text) for text in texts_of(paper) if ADDRESS not in text]
    assert [text for text in said if squeezed(text).removesuffix("。") not in shown] == []
    assert ("12,000 人" in said, "演示处（虚构）" in said) == (with_facts, True)


def test_anybody_downloads_what_the_portal_signed_and_verifies_it_by_its_code(client, settings, tmp_path):
    _, notice = noticed()
    address = reverse("reports:notice_paper", args=[notice.pk])
    assert (client.get(address).status_code, address in page_of(client, notice)) == (404, False), "not made yet"
    with contextmanager(authority)(tmp_path) as pki:
        settings.SIGNING_ROOTS, settings.SIGNING_P12, settings.SIGNING_PASSWORD = [pki.root], pki.key("good"), PASSWORD
        assert len(made()) == 1
    page = page_of(client, notice)
    content = b"".join(client.get(address).streaming_content)
    assert (content[:4], is_signed(content), address in page, "有平台的电子签名" in page) == (b"%PDF", True, True, True)
    code = re.search(r"查验码 ([A-Z0-9-]+)", page)[1]
    assert squeezed(code) in squeezed("".join(pdf_texts.texts_of(content)))
    assert 'class="gd-demo"' in page
    found = client.get(reverse("portal:verify"), {"check": code}).content.decode()
    assert all(words in found for words in ("有效", "公开", notice.title))


def test_the_public_paper_is_the_one_of_the_last_day_whoever_else_asks_for_one(client):
    filing, notice = noticed()
    own = request_report(kind=KIND, year=notice.opens_on.year, by=filing.people.city_officer, subject=str(notice.pk))
    assert file_of(notice) is None
    assert run(own.pk)
    made()
    assert file_of(notice).job_id == own.pk, "equal content is made once, and offered as the portal's"
    page = page_of(client, notice)
    Notice.objects.filter(pk=notice.pk).update(body="现予公示，内容有更正（虚构）。")
    request_report(kind=KIND, year=notice.opens_on.year, by=filing.people.city_checker, subject=str(notice.pk))
    assert code_of(file_of(notice).job) in page


def test_an_extension_makes_another_paper_and_the_page_offers_none_of_before(client):
    filing, notice = noticed()
    [first] = made()
    objection = services.file_objection(notice=notice, text="疑问", name="演示市民（虚构）", contact="13800001234")
    services.answer_objection(objection=objection, by=filing.people.city_officer, reply="成立", held=True)
    services.extend_notice(case=filing.fresh(), by=filing.people.city_officer, reason="意见成立（虚构）")
    notice.refresh_from_db()
    assert file_of(notice) is None, "the paper of before names the old last day"
    while outbox.drain():
        pass
    assert file_of(notice) is None
    [second] = made()
    assert file_of(notice).job_id == second != first
    text = squeezed("".join(pdf_texts.texts_of(b"".join(client.get(reverse("reports:notice_paper", args=[notice.pk])).streaming_content))))
    assert f"{notice.closes_on.year}年{notice.closes_on.month}月{notice.closes_on.day}日截止" in text
    assert notice.closes_on > clock.today() + dt.timedelta(days=7)
