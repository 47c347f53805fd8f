"""Every rule that is open leads to the page where it is mended, and the seat that is shown the way may open it."""

import pytest
from django.urls import reverse

from approvals.applications.services import drafts
from approvals.cases.views import offers
from districts.common.enums import DistrictType, Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.enums import Outcome
from tests.factories.approvals import Filing, published_edition
from tests.factories.districts import make_district

OPEN = {Outcome.FAIL, Outcome.WARN}


def opens(client, href):
    return client.get(href.partition("#")[0]).status_code == 200


def gap_of(client, district):
    return client.get(reverse("districts:district_detail", args=[district.code])).context["gap"]


@pytest.mark.parametrize("stage", [Stage.CANDIDATE, Stage.PILOT])
@pytest.mark.parametrize("kind", ["", *DistrictType.values])
def test_every_open_rule_of_a_fresh_district_is_mended_somewhere(client, people, kind, stage):
    district = make_district(people, type=kind, stage=stage, area_km2=None, developable_km2=None)
    for seat in ("preparer", "consultant"):
        client.force_login(getattr(people, seat))
        verdicts = [verdict for group in gap_of(client, district).groups for verdict in group.verdicts if verdict.verdict in OPEN]
        assert len(verdicts) >= (1 if stage == Stage.PILOT else 9)
        assert [verdict.rule for verdict in verdicts if not (verdict.href and opens(client, verdict.href))] == [], seat


@pytest.mark.area("portal", "greendistrict/policy", "approvals", "districts")
@pytest.mark.parametrize("seat", ["preparer", "reviewer"])
def test_every_reason_that_stops_a_fresh_application_leads_somewhere(client, people, seat):
    district = make_district(people, type=DistrictType.NEW)
    published_edition()
    case = drafts.start_application(by=people.preparer, district=district)
    if seat == "reviewer":
        type(case).objects.filter(pk=case.pk).update(status="signing")
        case.refresh_from_db()
    client.force_login(getattr(people, seat))
    reasons = [
        why for choice in offers(Viewer(getattr(people, seat)), case) if choice.action in {"hand_up", "sign"} for why in choice.refusals
    ]
    assert len(reasons) > 10
    assert [why.text for why in reasons if not (why.href and opens(client, why.href))] == []
    told = {(why.text, why.href) for why in reasons}
    for name in ("case", "case_check"):
        page = client.get(reverse(f"approvals:{name}", args=[case.pk]))
        step = page.context["step"] if name == "case_check" else page.context["blocked"][0]
        assert {(lack.why.text, lack.why.href) for place in step.places for lack in place.lacks} == told, name
        assert page.content.decode().count('class="gd-place"') == len(step.places), name


def test_what_a_draft_lacks_is_told_once_by_place_to_everybody_who_fills_in(client, people):
    """One list, each line with its field: the district's file, the table, reasons and papers; the clauses are folded below it."""
    district = make_district(people, type=DistrictType.NEW)
    published_edition()
    case = drafts.start_application(by=people.preparer, district=district)
    pages = {}
    for seat in ("preparer", "consultant"):
        client.force_login(getattr(people, seat))
        pages[seat] = [client.get(reverse(f"approvals:{name}", args=[case.pk])) for name in ("case", "case_check")]
    for page in (*pages["preparer"], *pages["consultant"]):
        step = page.context["step"] if page.context.get("step") else page.context["blocked"][0]
        names = [place.name for place in step.places]
        assert {"绿色生态专业规划", "材料"} <= set(names)
        assert (len(names), [place.name for place in step.places if place.name == "其他"]) == (len(set(names)), [])
        text = page.content.decode()
        assert [lack.why.text for place in step.places for lack in place.lacks if text.count(f"{lack.why.text}\n") > 1] == []
        assert text.count("前往办理") >= step.count - len([1 for place in step.places for lack in place.lacks if lack.slot])
    first, second = (page.context["blocked"][0] for page in (pages["preparer"][0], pages["consultant"][0]))
    assert first.count == second.count


def test_a_review_under_way_is_no_failure_anywhere(client, people):
    filing = Filing(people).to_reviewing()
    words = "正在专家技术审查，等待结论"
    client.force_login(people.preparer)
    gap = gap_of(client, filing.district)
    assert (gap.failing, gap.underway, gap.open) == (0, 1, False)
    client.force_login(people.city_officer)
    for page in (
        reverse("districts:district_detail", args=[filing.district.code]),
        reverse("approvals:case", args=[filing.case.pk]),
        reverse("portal:policy_rule", args=["APPLY-EXPERTS"]),
    ):
        text = client.get(page).content.decode()
        assert words in text, page
        assert "完成并登记：专家技术审查" not in text, page
    line = next(row for row in client.get(reverse("portal:policy_check")).context["check"].lines if row.rule.id == "APPLY-EXPERTS")
    assert (line.failed, line.pending) == (0, 1)
