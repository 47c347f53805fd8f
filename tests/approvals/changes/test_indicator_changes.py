"""Changes of the indicator system and of the edition as cases: compared, decided, applied; what was submitted stays."""

import pytest

from approvals.changes.kinds import change_kind, change_kinds
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors.indicators import system_in_force
from districts.indicator_systems.services import changes, indicators
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from indicators.editions.models import Edition
from indicators.editions.services import load_shipped_editions
from tests.approvals.changes.test_change import Asked
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def system(cast):
    system = approved_system(cast, make_district(cast))
    District.objects.filter(pk=system.district_id).update(stage=Stage.PILOT)
    system.district.refresh_from_db()
    return system


@pytest.fixture
def draft(cast, system):
    draft = changes.start_change(district=system.district, by=cast.preparer)
    row = draft.rows.get(key="4.2.1")
    indicators.save_row(row=row, values={"near": "41.5"}, version=row.version, by=cast.preparer)
    return draft


def system_change(cast, system, draft):
    kind = change_kind("indicator_system")
    form = kind.form({"system": draft.pk}, district=system.district)
    assert form.is_valid()
    return Asked("indicator_system", form.values(), people=cast, district=system.district)


def decide(asked):
    asked.do("decide", "city_director", number="演沪建〔2026〕22号", decided_on=clock.today())


def test_the_decision_puts_the_draft_in_force(cast, system, draft):
    asked = system_change(cast, system, draft).to_approved()
    assert system_in_force(system.district) == draft
    assert IndicatorSystem.objects.get(pk=system.pk).status == "approved"
    lines = asked.case.change.lines
    assert lines[0] == {"what": "指标体系", "before": "第1版", "after": "第2版"}
    assert any(line["what"].startswith("4.2.1 ") and line["after"] == "41.5%" for line in lines)
    assert asked.case.status == "approved"


def test_a_draft_touched_after_it_was_signed_is_not_decided(cast, system, draft):
    asked = system_change(cast, system, draft).to_deciding()
    row = draft.rows.get(key="4.2.1")
    indicators.save_row(row=row, values={"near": "42"}, version=row.version, by=cast.preparer)
    with pytest.raises(Refused) as refused:
        decide(asked)
    assert any("有改动" in one.text for one in refused.value.refusals)
    assert system_in_force(system.district) == system


def test_a_draft_without_any_difference_cannot_be_submitted(cast, system):
    draft = changes.start_change(district=system.district, by=cast.preparer)
    with pytest.raises(Refused) as refused:
        system_change(cast, system, draft).to_sent()
    assert "变更草案与现行指标体系相同" in [one.text for one in refused.value.refusals]


def test_the_kinds_are_offered_where_they_make_sense(cast, system):
    offered = {kind.key for kind in change_kinds(system.district)}
    assert {"indicator_system", "edition"} <= offered
    assert not {"indicator_system", "edition"} & {kind.key for kind in change_kinds(make_district(cast))}


def test_another_edition_is_decided_by_the_director_and_begins_a_draft(cast, system):
    load_shipped_editions()
    new = Edition.objects.exclude(code="GD-REF-2024").get(complete=True)
    Edition.objects.filter(pk=new.pk).update(status="published")
    asked = Asked("edition", {"edition": new.pk}, people=cast, district=system.district).to_deciding()
    assert asked.case.change.lines[0]["after"].startswith(new.code)
    decide(asked)
    district = District.objects.get(pk=system.district_id)
    assert district.edition == new
    newest = district.indicator_systems.first()
    assert (newest.edition, newest.status, newest.rows.get(key="carbon").near) == (new, "draft", "30")
    system.refresh_from_db()
    assert (system.status, system.edition.code) == ("approved", "GD-REF-2024")
