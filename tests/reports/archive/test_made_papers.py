"""Reports that the portal makes of a matter, proposed as items of its volume: kinds, days, bodies."""

import pytest

from approvals.cases.models.cases import Case
from greendistrict.core import clock
from greendistrict.policy import citing
from reports.archive import services
from tests.reports.matters import worlds

pytestmark = pytest.mark.django_db


def reports_of(source, matter, people):
    """Day and body of the reports in a volume made now, by kind."""
    volume = services.open_volume(source=source, matter=matter.pk, by=people.city_officer)
    rows = volume.items.filter(kind="report").values_list("job__kind", "dated", "responsible")
    return {kind: (day, body) for kind, day, body in rows}


def test_an_acceptance_brings_its_report_the_record_of_its_review_and_the_papers_of_its_panel():
    walk = worlds.accepted()
    Case.objects.filter(pk=walk.case.pk).update(status="announced")
    case = Case.objects.get(pk=walk.case.pk)
    found = reports_of("case", case, walk.people)
    assert found.keys() - {"score_sheet"} == {"acceptance", "technical_review", "panel_record", "review_opinion"}
    assert (found["acceptance"], found["review_opinion"][1]) == ((case.decided_on, citing.issuer(case.decided_on)), "专家组")


def test_a_post_evaluation_brings_its_report_of_the_day_of_its_conclusion():
    people, evaluation = worlds.post_evaluated()
    day = evaluation.concluded_at.astimezone(clock.SHANGHAI).date()
    assert reports_of("postevaluation", evaluation, people) == {"post_evaluation": (day, citing.issuer(day))}
