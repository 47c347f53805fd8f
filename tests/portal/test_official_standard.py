"""A real district is never scored by the platform's own 参考版: one test for each way by which something is opened."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.acceptances.services import start_acceptance
from approvals.applications.services.drafts import start_application
from approvals.cases.models.cases import Case
from approvals.changes.change_kinds.edition import against
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.services import open_due as open_self_checks
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.services import open_due as open_stages
from assessments.stage_assessments.services import open_early
from assessments.tables.models import ScoreTable
from assessments.versions.services import submit_table
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.indicator_systems.services.indicators import against_starting, start_system
from districts.overview.selectors.tasks import tasks_for
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.row_faults import row_faults
from indicators.editions.models import Edition
from tests.factories.acceptance import make_pilot
from tests.factories.approvals import make_ready_district, published_edition
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
REFUSED = "GD-REF-2024不是官方标准，真实城区不能据以评分"
NONE_THERE = "尚无可用的评价标准"


def real(district, **more):
    District.objects.filter(pk=district.pk).update(is_demo=False, **more)
    return District.objects.get(pk=district.pk)


def application(people, edition):
    return start_application(district=real(make_ready_district(people)), by=people.preparer, edition=edition)


def acceptance(people, edition):
    return start_acceptance(district=real(make_pilot(people)), by=people.preparer, edition=edition)


def early_assessment(people, edition):
    return open_early(district=real(make_district(people, stage=Stage.PILOT, edition=edition)), by=None, reason="监督检查发现严重问题")


def indicator_system(people, edition):
    return start_system(district=real(make_ready_district(people), edition=edition, stage=Stage.CANDIDATE), by=people.preparer)


def submission_of_a_table_of_before(people, edition):
    table = make_self_check(people).table
    real(table.district)
    return submit_table(table=ScoreTable.objects.get(pk=table.pk), by=people.reviewer)


OPENERS = (application, acceptance, early_assessment, indicator_system, submission_of_a_table_of_before)


@pytest.mark.parametrize("opens", OPENERS, ids=lambda opens: opens.__name__)
def test_no_act_of_a_person_scores_a_real_district_by_it(people, opens):
    with pytest.raises(Refused) as refused:
        opens(people, published_edition())
    [said] = [one for one in refused.value.refusals if one.text == REFUSED]
    assert said.remedy == "由市级在“评价标准”录入并发布官方标准，并为城区选用"


@pytest.mark.parametrize("opens", OPENERS[:4], ids=lambda opens: opens.__name__)
def test_an_official_standard_opens_all_of_them(people, opens):
    Edition.objects.filter(pk=published_edition().pk).update(official=True)
    assert opens(people, Edition.objects.get(code="GD-REF-2024")).district.is_demo is False


def test_an_edition_left_open_is_never_the_reference_edition(people):
    published_edition()
    with pytest.raises(Refused, match=NONE_THERE):
        start_application(district=real(make_ready_district(people)), by=people.preparer)
    assert not Case.objects.exists()
    assert NONE_THERE in {one.text for one in against_starting(real(make_ready_district(people)))}


def test_the_night_opens_the_others_and_says_what_is_lacking(people, city_desk):
    titled_on = clock.today() - dt.timedelta(days=3 * 365 - 20)
    edition, told = published_edition(), {"stage": Stage.PILOT, "titled_on": titled_on}
    own = real(make_district(people, edition=edition, name="甲城", **told))
    left = real(make_district(people, name="乙城", **told))
    fiction = make_district(people, edition=edition, **told)
    open_self_checks(clock.today())
    open_stages(clock.today())
    assert {check.district for check in SelfCheck.objects.all()} == {stage.district for stage in StageAssessment.objects.all()} == {fiction}
    said = {(fault.job, fault.row.split()[0]): fault.error for fault in row_faults()}
    for job in ("open-self-checks", "open-stage-assessments"):
        assert said[job, own.name].startswith(REFUSED)
        assert said[job, left.name].startswith(NONE_THERE)
        assert "录入并发布官方标准" in said[job, left.name]
    [task] = tasks_for(Viewer(city_desk))
    assert (task.title, task.subject) == ("录入并发布官方评价标准", "甲城、乙城")
    assert task.link == reverse("indicators:edition_list")
    assert not tasks_for(Viewer(people.city_officer)), "fictional people are told nothing of real districts"
    Edition.objects.filter(pk=edition.pk).update(official=True)
    assert not tasks_for(Viewer(city_desk))
    open_self_checks(clock.today())
    assert {check.district for check in SelfCheck.objects.all()} == {own, left, fiction}
    assert not [fault for fault in row_faults() if fault.job == "open-self-checks"]


@pytest.fixture
def city_desk(people):
    """A real officer."""
    User.objects.filter(pk=people.city_checker.pk).update(is_demo=False)
    people.city_checker.posts.update(role="city_officer")
    return User.objects.get(pk=people.city_checker.pk)


def test_a_change_of_the_standard_offers_it_to_fictional_districts_alone(people):
    edition = published_edition()
    other = Edition.objects.exclude(pk=edition.pk).first() or edition
    district = make_pilot(people, edition=other)
    assert REFUSED not in {one.text for one in against(district, {"edition": edition.pk}, clock.today())}
    assert REFUSED in {one.text for one in against(real(district), {"edition": edition.pk}, clock.today())}


def test_a_training_installation_may_use_it(people, settings):
    settings.TRAINING = True
    assert application(people, published_edition()).table is not None
