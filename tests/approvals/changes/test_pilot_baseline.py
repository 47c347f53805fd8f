"""补录试点基线: a pilot of before the portal gets its baseline by a decided change, and can then ask for acceptance."""

import pytest
from django.urls import reverse

from approvals.acceptances.services import acceptances
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.verification import verify
from approvals.changes.kinds import change_kind, change_kinds
from districts.common.enums import Stage
from districts.facts.facts import district_facts
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import make_pilot
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district

pytestmark = pytest.mark.django_db
KIND = change_kind("pilot_baseline")
BASIS = "专业规划批复（演规〔2022〕3号）"


@pytest.fixture
def district(people):
    """A pilot with lists, as after the historical take-over: without the baseline that a grant in the portal freezes."""
    made = make_pilot(people)
    made.baselines.all().delete()
    return made


def values(district):
    form = KIND.form({"basis": BASIS}, district=district)
    assert form.is_valid(), form.errors
    return form.values()


def test_it_is_offered_to_a_pilot_without_a_baseline_only(people, district):
    assert KIND in change_kinds(district)
    assert KIND not in change_kinds(make_district(people, name="演示候选区（虚构）"))
    assert KIND not in change_kinds(make_pilot(people, name="演示有基线区（虚构）"))


def test_the_decision_freezes_the_lists_and_acceptance_may_begin(people, district):
    with pytest.raises(Refused, match="尚未建立试点基线") as refused:
        acceptances.start_acceptance(district=district, by=people.preparer)
    assert [one.remedy for one in refused.value.refusals] == ["试点称号不是在平台授予的，先由填报人办理变更“补录试点基线”"]
    asked = Asked("pilot_baseline", values(district), people, district).to_deciding()
    assert not district.baselines.exists()
    before = {line["what"]: line["before"] for line in asked.case.change.lines}
    assert before == dict.fromkeys(["地块基线", "近期重点项目基线", "市政设施基线", "清单依据"], "尚未建立")
    asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    made = district.baselines.get()
    assert (made.kind, made.number, made.frozen_by) == ("pilot", 1, people.city_director)
    assert len(made.content["plots"]) == district.plots.count() > 0
    assert asked.case.number in made.reason
    assert asked.case.change.result.startswith("建立试点基线第1版（地块")
    assert district_facts(district, clock.today())["plots_built_ratio"].denominator
    assert verify(asked.case).holds
    assert KIND not in change_kinds(district)
    assert acceptances.start_acceptance(district=district, by=people.preparer).district == district


def test_lists_altered_after_the_change_was_filled_in_are_looked_at_again(people, district):
    asked = Asked("pilot_baseline", values(district), people, district).to_deciding()
    PlotFactory(district=district, number="Z-9")
    with pytest.raises(Refused, match="填写后清单有改动"):
        asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    assert not district.baselines.exists()


def test_a_list_that_acceptance_runs_over_is_not_empty(people):
    empty = make_district(people, type="new", stage=Stage.PILOT)
    said = [why.text for why in KIND.against(empty, values(empty))]
    assert said == [f"{word}清单为空，不能视为全部完成" for word in ("地块", "近期重点项目", "市政设施")]
    renewal = make_district(people, name="演示更新区（虚构）", type="renewal", stage=Stage.PILOT)
    assert [why.text for why in KIND.against(renewal, values(renewal))] == ["近期重点项目清单为空，不能视为全部完成"]
    KeyProjectFactory(district=renewal, name="甲")
    assert KIND.against(renewal, values(renewal)) == []


def test_the_file_of_the_district_leads_to_the_change(client, people, district):
    client.force_login(people.preparer)
    gates = client.get(reverse("districts:district_detail", args=[district.code])).content.decode()
    assert "尚未建立试点基线，请补录" in gates
    archive = f"{reverse('districts:district_detail', args=[district.code])}?tab=archive"
    assert f'href="{archive}#base-title"' in gates
    start = f"{reverse('approvals:change_start')}?district={district.code}&amp;kind=pilot_baseline"
    assert f'href="{start}"' in client.get(archive).content.decode()
    form = client.get(start.replace("&amp;", "&")).context["form"]
    assert (form["district"].value(), form["kind"].value()) == (district.code, "pilot_baseline")
    client.post(reverse("approvals:change_start"), {"district": district.code, "kind": "pilot_baseline"})
    case = cases_visible_to(people.preparer).get(kind="BG")
    page = reverse("approvals:change_edit", args=[case.pk])
    assert "清单依据" in client.get(page).content.decode()
    assert client.post(page, {"basis": BASIS, "reason": "试点称号为平台启用前授予", "version": case.version}).status_code == 302
    assert BASIS in client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    client.force_login(people.city_officer)
    seen = client.get(archive).content.decode()
    assert "由申报主体填报人办理变更" in seen
    assert reverse("approvals:change_start") not in seen
