"""The report on which a post-evaluation rests is a duty of the drawn district, by a term of the portal that no clause sets."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.post_evaluations.models import PostEvaluation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.workdays import term_in_words
from greendistrict.policy.duty_table import duty_kind
from greendistrict.policy.layers import Layer, layers_of
from obligations.selectors import due
from reports.composition.printed import texts_of
from reports.matters.post_evaluations import compose
from tests.assessments.post_evaluations.test_post_evaluations import demonstration, drawn, take, to_filed
from tests.factories.received import at
from tests.factories.stages import confirm
from tests.factories.waivers import waived_or_extended

pytestmark = [pytest.mark.django_db, pytest.mark.area("obligations", "assessments")]
MARCH, APRIL, JUNE = at(2027, 3, 1), at(2027, 4, 1), at(2027, 6, 1)


def owed(moment):
    with clock.at(moment):
        return [row for row in due(Viewer(None)) if row.kind == "post_material"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_drawn_district_owes_its_report_by_the_day_its_page_shows(people, number):
    with clock.at(MARCH):
        for place in range(number):
            demonstration(people, place)
        drawn(people)
        [found] = PostEvaluation.objects.select_related("district")
        title = "2027年后评估材料"
    rows = owed(APRIL)
    assert [(row.title, row.due, row.district_id, row.met_on) for row in rows] == [(title, found.due, found.district_id, None)]
    assert (rows[0].rule, rows[0].cite, rows[0].how.rule) == ("", "平台规则", "后评估材料报送期限40个工作日（默认值）")
    assert layers_of(duty_kind("post_material"))[1:] == (Layer.PLATFORM, Layer.PLATFORM)
    assert owed(JUNE)[0].is_overdue(dt.date(2027, 6, 1))


def test_it_is_met_by_filing_and_owed_again_after_a_recall(people):
    with clock.at(MARCH):
        demonstration(people)
        drawn(people)
        found = PostEvaluation.objects.select_related("district").get()
    with clock.at(APRIL):
        to_filed(found, people)
    assert [row.met_on for row in owed(APRIL)] == [dt.date(2027, 4, 1)]
    with clock.at(APRIL + dt.timedelta(days=1)):
        take(found, "recall", people.reviewer, reason="补充材料（虚构）")
    assert [row.met_on for row in owed(APRIL + dt.timedelta(days=1))] == [None]
    with clock.at(JUNE):
        assert [row.met_on for row in due(Viewer(None, as_of=dt.date(2027, 4, 1))) if row.kind == "post_material"] == [dt.date(2027, 4, 1)]


@pytest.mark.parametrize(("act", "page", "paper"), [("", "（默认值）", "（拟）"), ("extend", "", ""), ("confirm", "", "")])
def test_page_and_paper_mark_the_day_until_the_city_confirms_the_term_or_decides_the_day(client, people, act, page, paper):
    with clock.at(MARCH):
        demonstration(people)
        drawn(people)
        found = PostEvaluation.objects.select_related("district", "draw").get()
    with clock.at(APRIL):
        if act == "extend":
            waived_or_extended(f"post_material:post-{found.pk}", people, "来函商请", found.due + dt.timedelta(days=14))
            found.refresh_from_db()
        if act == "confirm":
            confirm(people, "post_evaluation.report_days")
        client.force_login(people.city_officer)
        assert f"报送期限{term_in_words(found.due)}{page}<" in client.get(reverse("assessments:post", args=[found.pk])).content.decode()
        assert f"{day_in_words(found.due)}{paper}" in texts_of(compose(Viewer(people.city_officer), found))
