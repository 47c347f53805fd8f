"""Every page of the stored world in ``pages.txt`` shows what is kept of it (``make pages``)."""

import re
from collections import Counter
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.pages import found
from tests.pages.asked import asked
from tests.pages.kept import check
from tests.pages.lines import told
from tests.pages.papers import composed, paper
from tests.pages.world import connected_to, shown

PAGES = asked()
PAPERS = composed()
SELECTORS = found.texts()
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
KEEPING = ("portal/workdesk", "approvals/case", "reports/examination")  # a process keeps what they read first: editions, calendars
SETTING = '(SELECT "policy_setting"'  # one for each of the settings that a page goes by
MOST = 3
# Pages that repeat a statement more often: for each year, indicator, duty or part of theirs, not for each row.
AGAIN = {
    "approvals/case_decision": 12, "assessments/score_check": 4, "assessments/selfcheck_check": 4, "districts/district_detail": 5,
    "districts/plot_control": 4, "obligations/watch_list": 7, "outreach/story": 4, "portal/leaving": 11, "portal/outlook": 7,
    "reports/city_figure": 4, "reports/city_year": 9, "reports/closing": 5, "reports/closing_preview": 36,
}  # fmt: skip


@pytest.fixture(scope="module")
def world(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored):
        for name in KEEPING:
            for page in PAGES[name]:
                shown(page, name)
        yield


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_is_kept_and_asks_as_often_as_is_kept(world, name, kept_queries):
    often = Counter()

    @contextmanager
    def reading(head):
        with kept_queries(f"{name} {head}") as caught:
            yield
        again = Counter(VALUES.sub("?", query["sql"]) for query in caught.captured_queries)
        most = AGAIN.get(name, MOST)
        often.update({statement: number for statement, number in again.items() if number > most and not statement.startswith(SETTING)})

    ContentType.objects.clear_cache()
    check(name, lambda: told(shown(page, name, reading) for page in PAGES[name]))
    assert often == {}, "statements that a page repeats, as one for each row would be"


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_says_what_is_kept(world, kind):
    check(f"papers/{kind}", lambda: told([paper(kind)]))


@pytest.mark.parametrize("name", SELECTORS)
def test_selectors_find_what_is_kept(world, name):
    check(name, lambda: found.told(SELECTORS[name]))
