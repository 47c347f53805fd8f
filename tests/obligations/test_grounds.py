"""On what a duty rests is what its clause says: for whom, of whom, and whether it asks for a filing."""

import datetime as dt

import pytest

from approvals.common.enums import TitleEnd
from approvals.titles.models.publicity import Title
from assessments.self_checks.letters import check_drafts
from districts.common.enums import OpinionPurpose, Stage
from districts.file.models.district import District
from districts.plots.models import PlotOpinion
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import CLIMBING, ROWS, VARIANTS, duty_kind
from greendistrict.policy.layers import Layer, layers_of
from greendistrict.policy.message_texts import OWN, STAFF, reader_of
from greendistrict.policy.services import set_setting
from obligations import services
from obligations.as_data import told
from obligations.letters import exemption_drafts
from obligations.models import Exemption
from obligations.selectors import everything
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at, received_self_check
from tests.obligations.wide import key_area

ON = dt.date(2027, 3, 1)


def rows(kind, on=ON):
    return [row for row in everything(Viewer(None, as_of=on)) if row.kind == kind]


def test_a_pilot_owes_its_self_check_by_one_clause_and_a_demonstration_by_another(people):
    pilot = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 5, 1))
    demo = make_district(people, code="demo", stage=Stage.DEMONSTRATION, titled_on=dt.date(2026, 5, 1))
    with clock.at(at(2027, 3, 1)):
        found = {row.district_id: row for row in rows("self_check") if row.year == 2026}
        layers = {one["cite"]: one["layer"] for one in told(list(found.values()), ON)}
    assert (found[pilot.pk].rule, found[pilot.pk].cite) == ("SELF-CHECK", "八（二）")
    assert (found[demo.pk].rule, found[demo.pk].cite) == ("OPERATE-REPORT", "八（四）")
    assert layers == {"八（二）": Layer.TEXT, "八（四）": Layer.READING}


def test_the_letter_with_a_self_check_quotes_the_sentence_about_the_title_of_its_day(people):
    check = received_self_check(people)
    for stage, since, quoted in (
        (Stage.PILOT, dt.date(2024, 5, 1), "每年对试点城区建设情况开展自评估"),
        (Stage.DEMONSTRATION, dt.date(2024, 5, 1), "要定期提交绿色生态建设自评估报告"),
        (Stage.DEMONSTRATION, dt.date(2099, 5, 1), "每年对试点城区建设情况开展自评估"),
    ):
        District.objects.filter(pk=check.district_id).update(stage=stage, titled_on=since)
        Title.objects.filter(district=check.district_id).update(kind=stage, granted_on=since)
        check.district.refresh_from_db()
        assert quoted in sending(check, people)


def sending(check, people):
    """First paragraph of the letter with which a self-check is sent."""
    [letter] = [draft.write() for draft in check_drafts(check, Viewer(people.preparer)) if draft.key == "sending"]
    return letter.paragraphs[0]


def test_the_letter_with_a_self_check_says_the_same_after_the_title_is_gone(people):
    check = received_self_check(people)
    ended = {"end": TitleEnd.REVOKED, "ended_on": dt.date(check.year + 1, 9, 1)}
    title = Title.objects.get(district=check.district_id)
    Title.objects.filter(pk=title.pk).update(kind="demonstration", granted_on=dt.date(2024, 5, 1))
    District.objects.filter(pk=check.district_id).update(stage=Stage.CANDIDATE)
    check.district.refresh_from_db()
    for change, quoted in (
        ({}, "要定期提交绿色生态建设自评估报告"),
        (ended, "要定期提交绿色生态建设自评估报告"),
        ({"kind": "pilot"}, "每年对试点城区建设情况开展自评估"),
    ):
        Title.objects.filter(pk=title.pk).update(**change)
        assert quoted in sending(check, people)


def test_an_opinion_on_a_design_is_owed_to_the_land_office_by_the_clause_of_design_review(people):
    plot = PlotFactory(district=make_district(people, stage=Stage.PILOT))
    asked = {"plot": plot, "organisation": people.bureau_body, "asked_on": dt.date(2027, 2, 9), "due_on": dt.date(2027, 2, 28)}
    for purpose, department in ((OpinionPurpose.CONDITIONS, "区住建委"), (OpinionPurpose.DESIGN, "区水务局")):
        PlotOpinion.objects.create(purpose=purpose, department=department, **asked)
    with clock.at(at(2027, 2, 10)):
        found = {row.organisation: (row.rule, row.cite, row.to) for row in rows("plot_opinion", dt.date(2027, 2, 10))}
    assert found == {
        "区住建委": ("PLOT-INDICATORS", "七（二）1", "规划资源部门"),
        "区水务局": ("PLOT-DESIGN", "七（二）2", "规划资源部门"),
    }


def test_three_years_are_a_number_of_the_text_until_the_city_decides_otherwise(people):
    pilot = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 4, 1))
    with clock.at(at(2027, 3, 1)):
        row = next(row for row in rows("stage_hold") if row.district_id == pilot.pk)
        assert (row.is_default_date, row.how.rule) == (False, "每3年一次，期前60个工作日起开放（默认值）"), "the years are of the text"
        held = parameters.get("stage.cycle_years")
        assert (held.is_default, held.waits, parameters.get("stage.grace_days").waits) == (True, False, True)
        set_setting(key="stage.cycle_years", value=4, reason="另定", by=people.city_director, effective_on=ON)
        assert not parameters.get("stage.cycle_years").is_default


def test_who_owes_no_filing_is_not_told_to_file():
    kinds = {kind.key: kind for kind in ROWS if kind.rungs == CLIMBING and not kind.is_watch}
    assert {key for key, kind in kinds.items() if reader_of(kind) == OWN} == {
        *("self_check", "operation_report", "carbon_verification", "stage_material", "rectification", "correction"),
        *("endorse", "plan_yearly", "plan_quarter", "post_material"),
    }
    assert reader_of(duty_kind("mechanisms")) == reader_of(duty_kind("decide")) == STAFF
    assert all(layers_of(kind).duty is not Layer.PLATFORM for kind in VARIANTS)


@pytest.mark.parametrize(
    ("kind", "quoted", "asked"),
    [
        ("self_check", "第八部分第（二）项“每年对试点城区", "请按期报送市住房城乡建设管理委。"),
        ("carbon_verification", "第七部分第（三）项第4点“定期编制碳排放核查报告”", "请按期报送市住房城乡建设管理委。"),
        ("key_area_plan", "第四部分第（二）项“编制绿色生态专业规划”", "请按期办理。"),
    ],
)
def test_a_letter_about_more_time_says_what_the_clause_asks_for(people, kind, quoted, asked):
    make_district(people, stage=Stage.PILOT, titled_on=dt.date(2026, 5, 1))
    key_area(people)
    with clock.at(at(2027, 3, 1)):
        owed = next(row for row in rows(kind) if row.is_open)
        made = services.decide(obligation=owed.key, by=people.city_director, reason="汛期", extended_to=dt.date(2027, 9, 1))
        [letter] = [draft.write() for draft in exemption_drafts(made, Viewer(people.city_director))]
        Exemption.objects.all().delete()
        waived = services.decide(obligation=owed.key, by=people.city_director, reason="汛期", extended_to=None)
        [waiver] = [draft.write() for draft in exemption_drafts(waived, Viewer(people.city_director))]
    text = "".join(letter.paragraphs)
    assert (quoted in text, text.endswith(asked), "应当报送" in text) == (True, True, False)
    assert ("免予报送" in waiver.title) == ("报送" in asked)
