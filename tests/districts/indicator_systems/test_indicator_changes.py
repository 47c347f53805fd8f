"""An approved indicator system is frozen: under a title it changes by a draft that a change decision adopts."""

import re

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from districts.indicator_systems.changes import differences, digest_of
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors import system_in_force
from districts.indicator_systems.services import changes, indicators
from districts.indicator_systems.services.changes import adopt_change
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.workflow.procedure import offered
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.factories.indicator_systems import approved_system, begun_system
from tests.factories.once import once
from tests.refusing import refuses
from tests.steps import step

edition = once(published_edition)


@pytest.fixture
def system(people):
    system = approved_system(people, make_district(people))
    system.district.stage = Stage.PILOT
    system.district.save()
    return system


@pytest.fixture
def draft(people, system):
    return changes.start_change(district=system.district, by=people.preparer)


def texts(refused):
    return [refusal.text for refusal in refused.value.refusals]


def save(people, system, key, **values):
    row = system.rows.get(key=key)
    return indicators.save_row(row=row, values=values, version=row.version, by=people.preparer)


def test_a_change_draft_begins_as_the_version_in_force(people, system, draft):
    assert (draft.number, draft.by_change, draft.status) == (2, True, "draft")
    assert differences(system, draft) == []
    assert system_in_force(system.district) == system


def test_differences_are_told_in_words(people, system, draft):
    years = {"near_year": 2028, "mid_year": 2030, "long_year": 2035}
    indicators.save_years(system=draft, values=years, version=draft.version, by=people.preparer)
    save(people, draft, "4.2.1", near="41.5")
    save(people, draft, "4.2.19", taking_part=False, exclusion_reason="没有到期项目")
    own = {"title": "儿童友好", "unit": "", "rule": "yes", "dimension": "健康宜居", "near": "是"}
    indicators.add_own(system=draft, values=own, by=people.preparer)
    draft.refresh_from_db()
    found = {what: (before, after) for what, before, after in differences(system, draft)}
    assert found["近期目标年"] == ("2027年", "2028年")
    assert found[f"4.2.1 {draft.rows.get(key='4.2.1').title}　近期目标"][1] == "41.5%"
    assert found[f"4.2.19 {draft.rows.get(key='4.2.19').title}　参评"] == ("参评", "不参评")
    assert found["儿童友好（新增）"] == ("无", "近期目标是")


def test_a_change_draft_does_not_go_the_usual_way(people, draft):
    [hand_up] = offered(draft, people.preparer, action="hand_up")
    assert not hand_up.allowed
    refuses("这一版是变更草案，随变更办理生效", step, draft, "hand_up", people.preparer)


def test_the_decision_adopts_the_draft_and_both_versions_stay(people, system, draft):
    save(people, draft, "4.2.1", near="41.5")
    adopt_change(system=draft, digest=digest_of(draft), reason="BG-2026-0001")
    draft.refresh_from_db()
    assert (draft.status, draft.approved_at is not None, system_in_force(system.district)) == ("approved", True, draft)
    assert IndicatorSystem.objects.get(pk=system.pk).status == "approved"
    refuses(Closed, save, people, draft, "4.2.1", near="42")


def test_a_draft_that_was_touched_afterwards_is_not_adopted(people, draft):
    digest = digest_of(draft)
    save(people, draft, "4.2.1", near="41.5")
    refuses("变更草案在提出变更之后有改动", adopt_change, system=draft, digest=digest, reason="")
    assert IndicatorSystem.objects.get(pk=draft.pk).status == "draft"


def test_only_a_change_draft_is_adopted_or_dropped(people):
    usual = begun_system(people)
    refuses(Refused, adopt_change, system=usual, digest=digest_of(usual), reason="")
    refuses(Refused, changes.drop_change, system=usual, by=people.preparer)


def test_only_those_who_fill_in_begin_and_drop(people, system, draft):
    refuses(NotAllowed, changes.drop_change, system=draft, by=people.reviewer)
    changes.drop_change(system=draft, by=people.preparer)
    refuses(NotAllowed, changes.start_change, district=system.district, by=people.reviewer)


def test_what_stands_against_a_change_draft(people, system, draft):
    refuses("第2版指标体系填报中，请在这一版上办理", changes.start_change, district=system.district, by=people.preparer)
    with pytest.raises(Refused) as early:
        changes.start_change(district=make_district(people), by=people.preparer)
    assert texts(early) == ["称号授予前，指标体系直接新编一版，不需要变更", "尚无已批准的指标体系，没有可以变更的内容"]


def test_the_page_offers_a_change_draft_only_under_a_title(preparer, system):
    address = reverse("districts:indicator_system", kwargs={"code": system.district.code})
    page = preparer.get(address).content.decode()
    assert ("建立变更草案" in page, "新编一版" in page) == (True, False)
    made = preparer.post(reverse("districts:indicator_change", kwargs={"code": system.district.code}))
    assert made.url == f"{address}?v=2"
    [start] = re.findall(r'href="([^"]+)">提出变更<', preparer.get(made.url).content.decode())
    assert preparer.get(start).context["form"]["district"].value() == system.district.code
    preparer.post(reverse("districts:indicator_drop", kwargs={"code": system.district.code, "number": 2}), {"confirmed": "1"})
    assert system.district.indicator_systems.count() == 1
