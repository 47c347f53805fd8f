"""What a citizen and a journalist come for is answered in two clicks from the home page, as docs/public.md says."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from lxml.html import document_fromstring

from approvals.cases.models.correspondence import Notice
from approvals.titles.models.publicity import Announcement
from assessments.reviews.models import Review
from assessments.score_releases import services as releases
from assessments.tables.models import TableVersion
from outreach.opinions.services import OpinionWords, answer_opinion, file_opinion, publish_opinion
from tests.factories.accounts import cast
from tests.factories.approvals import Filing

pytestmark = pytest.mark.django_db
DISTRICT = "演示已公告城（虚构）"


def questions():
    """Rows of the table: who, question, links to press, words to read."""
    text = (Path(settings.BASE_DIR) / "docs" / "public.md").read_text(encoding="utf-8")
    lines = text.partition("## Twenty questions")[2].partition("\n\nRSS")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(("| citizen", "| journalist"))]
    return [(who, asked, [link for link in links if link], read) for who, asked, *links, read in rows]


@pytest.fixture
def names():
    """One open notice, one district with title, announcement and released score, one published opinion."""
    people = cast()
    Filing(people).to_notice()
    case = Filing(people, name=DISTRICT).to_announced().case
    version = TableVersion.objects.get(table=case.table, counts=True)
    Review.objects.filter(pk=case.review_id).update(result={**version.content["result"], "total": "61.50"})
    releases.release(version=version, basis="演示决定（虚构）", note="", by=people.city_officer)
    said = OpinionWords("意见（虚构）", name="演示市民", contact="演示邮箱", may_publish=True)
    opinion = file_opinion(words=said, address="192.0.2.2").opinion
    answer_opinion(opinion=opinion, by=people.city_officer, reply="答复（虚构）")
    publish_opinion(opinion=opinion, by=people.city_officer, summary="公开摘要", answer_summary="公开答复")
    notice = Notice.objects.exclude(case=case).get()
    return {"{district}": DISTRICT, "{notice}": notice.title, "{announcement}": Announcement.objects.get().title}


def pressed(client, page, words):
    """The page behind the first link of these words, or the first that has them among others."""
    links = [((link.get("aria-label") or "") or " ".join(link.text_content().split()), link.get("href")) for link in page.iter("a")]
    found = [href for said, href in links if said == words] or [href for said, href in links if words in said]
    assert found, f"no link {words}"
    answer = client.get(re.sub("#.*", "", found[0]))
    assert answer.status_code == 200, (words, found[0], answer.status_code)
    return document_fromstring(answer.content.decode())


def test_the_table_has_ten_questions_of_each_and_no_third_click():
    rows = questions()
    assert {who: sum(one[0] == who for one in rows) for who in ("citizen", "journalist")} == {"citizen": 10, "journalist": 10}
    assert all(1 <= len(links) <= 2 for _who, _asked, links, _read in rows)
    assert len({asked for _who, asked, _links, _read in rows}) == 20


def test_each_question_is_answered_where_the_table_says(client, names):
    unanswered = []
    for _who, asked, links, read in questions():
        page = document_fromstring(client.get("/").content.decode())
        for link in links:
            page = pressed(client, page, names.get(link, link))
        [main] = page.iter("main")
        if names.get(read, read) not in main.text_content():
            unanswered.append((asked, links, read))
    assert unanswered == []
