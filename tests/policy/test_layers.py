"""Text, reading and platform are told apart, from one table, wherever a rule, a duty, a date or a setting is shown."""

import datetime as dt
import re
from http import HTTPStatus

import pytest
from django.urls import reverse

from approvals.settings.services import propose_setting
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy import parameters, statutes
from greendistrict.policy.duty_days import is_default
from greendistrict.policy.duty_table import DUTY_KINDS, TOLD, DutyKind
from greendistrict.policy.engine import ask
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policies
from greendistrict.policy.layers import BY_DOCUMENT, BY_LAW, DATED, Layer, layers_of
from greendistrict.policy.provisions import provisions_of
from greendistrict.policy.rule_parameters import reading_key, readings
from greendistrict.policy.services import set_setting
from greendistrict.policy.statutes import (
    ANSWER_DISCLOSURE,
    ANSWER_RECONSIDERATION,
    ANSWER_SUIT,
    REPORT_ON_DISCLOSURE,
    STATUTORY_TERMS,
    StatutoryTerm,
)
from obligations.as_data import told
from obligations.selectors import obligations_visible_to
from reports.city.figures.whole import city_report
from tests.architecture.test_words import words
from tests.assessments.browsing import text_of
from tests.factories.districts import make_district
from tests.factories.received import at, received_self_check
from tests.policy.test_quotations import sections
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: f"{kind.key} {kind.rule}")
def test_a_layer_is_the_text_only_where_the_clause_or_the_law_has_the_words(kind):
    found = layers_of(kind)
    if found.duty is Layer.PLATFORM:
        assert (kind.rule, kind.words, found.date) == ("", "", Layer.PLATFORM)
    elif found.duty is Layer.READING:
        rule = next(rule for policy in policies() for rule in policy.rules if rule.id == kind.rule)
        assert (bool(rule.understood), found.date) == (True, Layer.PLATFORM)
    elif kind.key in BY_LAW:
        laws = [f"《{term.law}》{term.article}" for term in (ANSWER_DISCLOSURE, ANSWER_RECONSIDERATION, ANSWER_SUIT)]
        assert [law for law in (*laws, REPORT_ON_DISCLOSURE) if re.sub("[《》]", "", law) in kind.cite]
    elif kind.key not in BY_DOCUMENT:
        clause = sections()[re.match(r"[一二三四五六七八九](（[一二三四]）)?", kind.cite)[0]]
        assert kind.words in clause
        assert (found.date is Layer.TEXT) == (DATED.get(kind.key, "\0") in clause)


def test_a_date_that_the_text_sets_belongs_to_a_duty_of_the_text():
    assert set(DATED) <= {key for key, kind in DUTY_KINDS.items() if kind.words}
    assert layers_of(DutyKind("x", "某事")).words == "事项和期限都是平台"
    assert layers_of(DUTY_KINDS["self_check"]).words == "事项是原文，期限是平台"
    assert layers_of(DUTY_KINDS["stage_hold"]).words == "事项是原文；每三年是原文，从公告日起算是理解，提前开放的天数是平台"
    [start] = [one for _, one in all_provisions() if one.name == "组织阶段评估的期限"]
    assert (start.layer, start.cite, "自试点公告日起算" in start.words) == (Layer.READING, "八（二）", True)
    assert layers_of(DUTY_KINDS["organise_application"]).words == "事项是原文；期限是原文，怎样认定第二轮是理解"
    assert layers_of(DUTY_KINDS["policy_expiry"]).words == "事项是原文；有效期是原文，提前提醒的天数是平台"
    assert layers_of(DUTY_KINDS["remedy_reply"]).words == "事项和期限都是原文"
    assert layers_of(DUTY_KINDS["disclosure_reply"]).words == "事项是原文；期限是原文，只延长一次是平台"


CLAUSE = re.compile(r"[一二三四五六七八九](（[一二三四]）)?")
PAPER_WORDS = re.compile(r"^(?:.*：)?(.*?)(?:，必交)?$")


def all_provisions():
    return [(title, one) for title, found in provisions_of(policies()[-1]) for one in found]


def test_what_is_called_text_stands_in_the_cited_clause():
    clauses, wrong = sections(), []
    for title, one in all_provisions():
        cited = CLAUSE.match(one.cite)
        if one.layer is Layer.TEXT and cited and one.words and not any(words in clauses[cited[0]] for words in one.words.split("、")):
            wrong.append((title, one))
    assert wrong == []


def test_each_layer_says_where_from_and_the_portals_own_cites_nothing():
    for title, one in all_provisions():
        assert one.name, title
        if one.layer is Layer.PLATFORM:
            assert (one.cite, one.words) == ("", ""), one
        else:
            assert one.cite, (title, one)
        assert bool(one.words) or one.layer is not Layer.READING, one


def test_no_paper_or_material_that_the_text_names_is_called_the_portals_own():
    text = "".join(sections().values())
    groups = dict(provisions_of(policies()[-1]))
    own = [one.name for title in ("办理事项的材料", "报告和材料") for one in groups[title] if one.layer is Layer.PLATFORM]
    assert len(own) > 30
    assert [name for name in own if PAPER_WORDS.match(name)[1] in text] == []
    named = {one.words for title in ("办理事项的材料", "报告和材料") for one in groups[title] if one.layer is Layer.TEXT}
    assert named >= {
        "绿色生态指标体系",
        "绿色生态规划方案",
        "碳排放分析报告",
        "近期重点项目实施计划",
        "运营工作报告",
        "绿色生态城区实施计划",
    }


def test_who_makes_the_plan_of_a_key_area_is_a_reading():
    assert layers_of(DUTY_KINDS["key_area_plan"]).duty is Layer.READING  # 四（二） names nobody


def test_a_duty_that_falls_due_with_another_rests_on_the_same_setting(people):
    together = ("mechanisms", "operation_report.due"), ("plan_funds", "plan_due")
    for key, setting in together:
        assert is_default(DUTY_KINDS[key], parameters.load()) is True
        set_setting(by=people.city_director, key=setting, value=parameters.get(setting).value, reason="处务会议定")
        assert is_default(DUTY_KINDS[key], parameters.load()) is False


def test_a_material_that_is_asked_for_by_a_reading_is_not_called_text():
    found = {one.name: one for title, group in provisions_of(policies()[-1]) if title == "办理事项的材料" for one in group}
    approval, diagnosis = found["试点申报：区政府（管委会）批复，必交"], found["试点申报：生态诊断等前期工作成果，必交"]
    assert (approval.layer, approval.cite, "管委会" in approval.words) == (Layer.READING, "八（一）", True)
    assert (diagnosis.layer, diagnosis.cite, "没有列出" in diagnosis.words) == (Layer.READING, "六（二）", True)


def test_a_term_of_a_law_about_something_else_is_a_reading_wherever_it_is_told():
    """Reconsideration, suits against offices and disclosure have laws of their own; an article on civil suits is only followed."""
    own = {"行政复议法", "行政诉讼法", "政府信息公开条例", statutes.INTERPRETATION}
    borrowed = {name: term for name, term in STATUTORY_TERMS.items() if term.law not in own}
    assert set(borrowed) == {"公告送达"}
    told = {one.name: one for title, one in all_provisions() if title == "法定期限"}
    layers = {name: told[f"{name}：{term.words}"].layer for name, term in STATUTORY_TERMS.items()}
    assert {name for name, layer in layers.items() if layer is not Layer.TEXT} == set(borrowed)
    said = [(where, sentence) for where, text in words() if "statutes.py" not in where for sentence in re.split("[。\n]", text)]
    about = [(where, sentence) for where, sentence in said if re.search("视为送达|民事诉讼法", sentence)]
    about.append(("forms", statutes.HOW_SERVED_BY_NOTICE))
    assert [found for found in about if not re.search("参照.*本平台理解", found[1])] == []
    assert len(about) == 3, "two pages of the guide and both forms"


def test_every_statutory_term_is_in_the_table():
    declared = {name: term for name, term in vars(statutes).items() if isinstance(term, StatutoryTerm)}
    assert set(declared.values()) == set(STATUTORY_TERMS.values())
    assert len(STATUTORY_TERMS) == len(declared)


def test_a_page_for_everybody_shows_the_whole_table(client):
    page = text_of(client.get(reverse("portal:public_layers")))
    for title, one in all_provisions():
        assert title in page
        assert one.name in page
        assert one.words in page
    assert {one.layer for _, one in all_provisions()} == set(Layer)
    assert client.get(reverse("portal:public_layers"), {"policy": "无"}).status_code == HTTPStatus.NOT_FOUND


def test_the_public_page_tells_the_layers_of_every_rule_duty_and_setting(client):
    page = text_of(client.get(reverse("portal:public_policy")))
    for kind in TOLD:
        assert kind.label in page
        assert kind.words in page
    assert page.count("待确认") >= len(readings())
    for rule in readings().values():
        assert f"{rule.understood}（待确认）" in page


def test_the_api_and_the_page_of_a_duty_tell_the_same(people, officer):
    make_district(people, stage="pilot", name="演示甲城（虚构）", titled_on=dt.date(2024, 5, 1))
    with clock.at(at(2027, 3, 20)):
        rows = told(obligations_visible_to(Viewer(people.city_officer)), clock.today())
        for kind in {row["kind"]: row for row in rows}.values():
            layers = layers_of(DUTY_KINDS[kind["kind"]])
            assert (kind["layer"], kind["date_layer"]) == (layers.duty, layers.date)
            assert layers.words in text_of(officer.get(reverse("obligations:obligation_detail", args=[kind["key"]])))
    assert {row["kind"] for row in rows} >= {"self_check", "operation_report"}


def test_a_reading_says_that_it_waits_until_the_city_has_confirmed_it(client, people):
    policy = policies()[-1]
    rule = next(rule for rule in policy.rules if rule.id == "CARBON-STAGES")
    key = reading_key(policy, rule)
    assert (parameters.get(key).value, ask(rule, Facts({})).reading_state) == (False, "待确认")
    set_setting(key=key, value=True, reason="按此办理", by=people.city_director, effective_on=clock.today())
    (after,) = [one for one in policies()[-1].rules if one.id == "CARBON-STAGES"]
    assert (after.confirmed, ask(after, Facts({})).reading_state) == (True, "市级已确认")
    page = text_of(client.get(reverse("portal:public_policy")))
    assert f"{rule.understood}（市级已确认）" in page
    assert [one.id for one in policies()[-1].rules if one.confirmed] == ["CARBON-STAGES"]


def test_a_reading_is_confirmed_by_saying_so_and_waits_again_once_that_is_taken_back(people):
    key = next(iter(readings()))
    refuses("尚未确认", propose_setting, key=key, value=False, reason="确认", by=people.city_officer)
    for value, waits in ((True, False), (False, True)):
        set_setting(key=key, value=value, reason="按此办理", by=people.city_director)
        assert (parameters.get(key).is_default, key in parameters.load().confirmed_readings()) == (waits, not waits)


def test_the_annual_report_lists_only_the_readings_that_wait(people):
    received_self_check(people)
    keys = list(readings())
    with clock.at(at(2027, 5, 20)):
        before = city_report(2026, clock.today(), demo=True).methods.readings
        set_setting(key=keys[0], value=True, reason="按此办理", by=people.city_director, effective_on=clock.today())
        after = city_report(2026, clock.today(), demo=True).methods.readings
    assert (len(before), set(before) - set(after)) == (len(keys), {before[0]})
