"""What became of the paper of a letter after it was kept: verifying the letter tells of corrections and the withdrawal that came later."""

import pytest
from django.urls import reverse

from approvals.amendments.services import propose_amendment
from approvals.titles.models.publicity import Announcement
from greendistrict.core import clock, papers
from greendistrict.workflow.letters import drafts_of, letter_sources
from reports.jobs import services
from reports.jobs.requests import request_report
from reports.letters.services import LETTER, became_of, keep_letter
from tests.factories.approvals import Filing
from tests.factories.once import copy_of, once
from tests.steps import step

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def make_announced():
    return Filing().to_announced().people


announced = once(make_announced)
people = copy_of("announced")


def made(people, key):
    """A letter of the announcement as it reads now, with its file."""
    batch = Announcement.objects.get()
    draft = next(one for one in drafts_of(batch, people.city_officer) if one.key == key)
    copy = keep_letter(source=letter_sources.by_key["announcement"], matter=batch, draft=draft, by=people.city_officer)
    job = request_report(kind=LETTER, year=2026, by=None, subject=str(copy.pk), formats=("docx",))
    services.run(job.pk)
    job.refresh_from_db()
    return job


def amend(people, subject, after, number):
    row = propose_amendment(batch=Announcement.objects.get(), by=people.city_officer, subject=subject, after=after, reason="笔误（虚构）")
    step(row, "approve", people.city_director)
    step(row, "publish", people.city_officer, number=number, published_on=clock.today())
    return row


def test_a_letter_kept_before_a_correction_tells_of_it_and_one_kept_after_does_not(client, people):
    old = Announcement.objects.get().number
    before = made(people, "announcement")
    assert became_of(before) == ""
    row = amend(people, "number", "演沪建公告〔2026〕12号", "演沪建公告〔2026〕71号")
    after, paper = made(people, "announcement"), made(people, f"amendment-{row.pk}")
    told = f"由“{old}”更正为“演沪建公告〔2026〕12号”（演沪建公告〔2026〕71号）"
    assert told in became_of(before)
    assert [became_of(after), became_of(paper)] == ["", ""]
    page = client.get(reverse("portal:verify"), {"code": papers.code_of(before)}).content.decode()
    assert told in page
    assert "已被更新版本替代" in page
    assert told not in client.get(reverse("portal:verify"), {"code": papers.code_of(after)}).content.decode()
    amend(people, "withdraw", "", "演沪建公告〔2026〕72号")
    assert [words.count("（演沪建公告") for words in map(became_of, (before, after, paper))] == [2, 1, 0]
    assert "撤回（演沪建公告〔2026〕72号）" in became_of(after)
