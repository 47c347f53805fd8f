"""What is quoted from the policy stands in it, sign by sign (沪住建规范联〔2023〕13号, carried beside this test)."""

import datetime as dt
import re
from pathlib import Path

import pytest

from assessments.common.mechanism import CHECKLIST
from greendistrict.policy import citing
from greendistrict.policy.citing import SENTENCES
from greendistrict.policy.duty_table import DUTY_KINDS, OF_DISTRICT, TOLD
from greendistrict.policy.engine import untested
from greendistrict.policy.in_force import policies
from greendistrict.policy.letter_texts import BLANK
from greendistrict.policy.loader import all_policies
from tests.architecture.test_words import words

TEXT = re.sub(r"\s", "", (Path(__file__).parent / "hzj-2023-13.txt").read_text(encoding="utf-8"))
# 美丽上海 quotes its own draft. A clause (八（四）, 第八部分第（三）项) or the policy's name beside a quotation attributes it.
CITED = re.compile(r"[一二三四五六七八九]（[一二三四]）|第[一二三四五六七八九](?:条|部分)|指导意见|原文")
QUOTATION = re.compile(r"[“「]([^”」{}\n]{6,})[”」]")
OURS = {"称号依据与复核", "美丽上海统筹", "专业规划经费"}  # names of our own pages, posts and duties
DRAFT = re.sub(r"\s", "", (Path(__file__).parents[1] / "beautiful/source/beautiful-shanghai-draft.txt").read_text(encoding="utf-8"))

pytestmark = pytest.mark.django_db


def sections():
    """Text of each 条（项） by its number."""
    found, chapter = {}, ""
    for line in (Path(__file__).parent / "hzj-2023-13.txt").read_text(encoding="utf-8").splitlines():
        if head := re.match(r"([一二三四五六七八九])、", line):
            chapter = head[1]
        key = f"{chapter}{part[0]}" if (part := re.match(r"（[一二三四]）", line)) else chapter
        open_key = key if part or head else next(reversed(found), "")
        found[open_key] = found.get(open_key, "") + re.sub(r"\s", "", line)
    return found


def test_the_carried_text_has_the_clauses_that_rules_cite():
    (policy,) = [one for one in policies() if one.code == "沪住建规范联〔2023〕13号"]
    assert policy.title in TEXT
    cited = {re.match(r"[一二三四五六七八九](（[一二三四]）)?", rule.cite)[0] for rule in policy.rules}
    assert cited <= set(sections())


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.words[:8])
def test_a_letter_quotes_the_sentence_of_the_article_it_names(sentence):
    chapter = re.match(r"[一二三四五六七八九]（[一二三四]）", sentence.cite)[0]
    assert sentence.words in sections()[chapter]


def test_nothing_is_quoted_for_a_day_before_the_first_policy():
    before, first = dt.date(2023, 9, 30), dt.date(2023, 10, 1)
    for sentence in SENTENCES:
        assert citing.cited(sentence, before) == f"{BLANK}的规定"
        assert f"{citing.article(sentence.cite)}“" in citing.cited(sentence, first)
    assert (citing.clause("八（三）", before), citing.named(before)) == (BLANK, BLANK)
    assert citing.clause("八（三）", first) == citing.clause("八（三）")


POLICY = all_policies()[-1]


@pytest.mark.parametrize("rule", POLICY.rules, ids=lambda rule: rule.id)
def test_the_degree_of_a_rule_is_the_word_of_its_clause(rule):
    clause = sections()[re.match(r"[一二三四五六七八九](（[一二三四]）)?", rule.cite)[0]]
    assert [word for word in rule.degree.split("、") if word not in clause] == []
    binding = {"要", "应", "应当", "将", "不应", "至少", "优先推荐"} & set(rule.degree.split("、"))
    assert not (binding and untested(rule) == "供参考，不作要求")


@pytest.mark.parametrize("mechanism", CHECKLIST, ids=lambda one: one.key)
def test_a_mechanism_is_asked_in_the_words_of_its_clause(mechanism):
    clause = sections()["七（三）"].replace("-", "—")
    sentence = next(part for part in re.split("[。，]", clause) if mechanism.title.removesuffix("体制机制") in part)
    assert mechanism.degree in clause.partition(sentence)[0][-60:] + sentence
    assert mechanism.asked == ("应建立" if mechanism.degree == "应" else mechanism.degree)


def test_what_is_stricter_than_the_text_is_marked_as_a_reading_and_a_target_is_said_as_written():
    readings = {rule.id for rule in POLICY.rules if rule.understood}
    assert readings >= {"NEW-DIAGNOSIS", "RENEWAL-DIAGNOSIS", "SPECIAL-PLAN", "CARBON-STAGES", "APPLY-IN-PLAN", "APPLY-LAND-RATIO"}
    assert [target.text for target in POLICY.targets if target.text.rpartition("，")[2] not in TEXT] == []
    titled = [
        rule for rule in POLICY.rules if re.search("试点|示范", rule.title + str(rule.details.get("who", ""))) and rule.cite[0] == "八"
    ]
    assert [rule.id for rule in titled if "for" not in rule.details and not rule.applies_to and rule.id != "ORGANISE-APPLICATION"] == []


@pytest.mark.area("portal", "templates", "assessments")
def test_nothing_says_that_the_text_asks_for_a_draw_in_every_year():
    drawn = [(where, line) for where, text in words() for line in text.splitlines() if re.search("每年[^，。；]{0,8}抽取", line)]
    assert [found for found in drawn if "参数" not in found[1]] == []


@pytest.mark.parametrize("kind", DUTY_KINDS.values(), ids=lambda kind: kind.key)
def test_a_duty_cites_a_clause_only_if_the_clause_contains_it(kind):
    clause = re.match(r"[一二三四五六七八九](（[一二三四]）)?", kind.cite)
    assert bool(clause) == bool(kind.words), f"{kind.label} cites {kind.cite}"
    if clause:
        assert kind.words in sections()[clause[0]]
    else:
        assert not kind.rule, "a rule of the portal stands under no clause"


def test_a_duty_tracks_a_rule_of_its_own_clause():
    cites = {rule.id: rule.cite for rule in POLICY.rules}
    assert [kind.label for kind in TOLD if kind.rule and cites[kind.rule] != kind.cite] == []


@pytest.mark.area("greendistrict/policy", "templates", "obligations", "approvals", "districts", "assessments")
def test_what_stands_in_quotation_marks_beside_a_clause_is_verbatim():
    wrong = [
        (where, quoted)
        for where, text in words()
        for line in text.splitlines()
        if CITED.search(line)
        for quoted in QUOTATION.findall(line)
        if quoted.rstrip("。；，") not in (DRAFT if "beautiful" in where else TEXT) and quoted not in OURS
    ]
    assert wrong == []


def test_names_of_parts_are_those_of_the_text():
    """Whatever a rule wants to be there whole (diagnoses, products, 五个方面) is named by the policy's own words."""
    (policy,) = [one for one in policies() if one.code == "沪住建规范联〔2023〕13号"]
    wanted = {word for rule in policy.rules for one in rule.tests if isinstance(one.value, frozenset | tuple | list) for word in one.value}
    assert len(wanted) >= 10
    assert {word for word in wanted if word not in TEXT} == set()


def test_a_duty_that_only_districts_with_a_title_meet_here_says_so():
    """The text concerns every district; what the portal asks of those with a title only says it beside the clause, or the clause does."""
    yearly = {kind.rule: kind.label for kind in TOLD if kind.rule and kind.key in OF_DISTRICT}
    assert {"OPERATE-MECHANISM", "SELF-CHECK"} <= set(yearly)
    asked = [rule for rule in POLICY.rules if rule.id in yearly or rule.details.get("kept") == "运营台账"]
    said = {rule.id: f"{rule.details.get('for', '')}{rule.reading}{untested(rule)}" for rule in asked}
    assert [rule for rule, words in said.items() if not re.search("称号|试点|示范", words)] == []


def test_a_rule_that_looks_at_one_of_two_things_says_what_of_the_other():
    """A title that joins two things is met by one fact: whoever reads 已满足 is told by what the second is known."""
    silent = [
        (rule.id, thing)
        for rule in POLICY.rules
        for one in rule.tests
        if not isinstance(one.value, frozenset | tuple | list)
        for thing in re.split("和|以及|并且", rule.title)[1:]
        if thing not in one.fact.what + rule.reading
    ]
    assert silent == []


PIECES = re.compile(r"[，；、：（）“”]|以及|和|与|或|的")


def test_the_title_of_a_rule_adds_nothing_of_ours_to_the_text():
    """Titles are told as 原文: of each part of one most pairs of signs stand in the text. What the portal adds stands in the reading."""
    ours = []
    for rule in all_policies()[-1].rules:
        for piece in PIECES.split(rule.title):
            pairs = [piece[place : place + 2] for place in range(len(piece) - 1)]
            if len(pairs) > 1 and 3 * sum(pair not in TEXT for pair in pairs) > 2 * len(pairs):
                ours.append((rule.id, piece))
    assert ours == []
