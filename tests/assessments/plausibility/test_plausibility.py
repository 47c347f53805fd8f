"""Named rules one by one, and the check before submission on stored tables."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from django.urls import reverse

from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.blocking import findings
from assessments.findings.selectors.check import limits_of
from assessments.findings.services.plausibility import answer_finding
from assessments.plausibility.inputs import DistrictFacts, PlausibilityLimits, ProofFile, RowInput, RowState, TableInput
from assessments.plausibility.registry import RULES, check
from assessments.tables.models import ScoreRow, TableVersion
from assessments.versions.services import tables
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.policy import parameters
from tests.factories.assessments import make_self_check
from tests.factories.plausible import layout
from tests.factories.received import at
from tests.steps import step

TODAY = dt.date(2027, 2, 1)
LIMITS = limits_of()


@cache
def item(name):
    return layout()[1][name]


def sheet(*entries, facts=()):
    return TableInput({one.item.id: one for one in entries}, TODAY, "GD-REF-2024", DistrictFacts(dict(facts)))


def entry(name, value=None, **kw):
    return RowInput(item(name), value, filled=value is not None, **kw)


def named(*entries, limits=LIMITS, facts=()):
    return [(one.item_id, one.rule, one.part) for one in check(sheet(*entries, facts=facts), limits)]


CASES = {
    "complete": [entry("7.2.7")],
    "half a ratio": [replace(entry("7.2.1", {"a": "3"}), filled=False)],
    "confirmed": [entry("7.2.7", "14", pending="2025年度自查")],
    "reasoned": [entry("7.2.7", "14", offered=("监测平台", "13"))],
    "range": [entry("7.2.7", "140")],
    "numerator": [entry("7.2.1", {"a": "30", "b": "20"})],
    "fraction": [entry("7.2.7", "0.14", last="13.2")],
    "fraction without last year": [entry("7.2.7", "0.14")],
    "unit_jump": [entry("6.2.17", "83", last="8.1")],
    "unit_jump of an amount": [entry("7.2.1", {"a": "120000", "b": "200000"}, last={"a": "11.5", "b": "19"})],
    "year_outlier": [entry("7.2.17", "40", last="72")],
    "year_outlier of a density": [entry("4.2.3", "15", last="8.2")],
    "peer_outlier": [entry("4.2.3", "30", peers={"": tuple(map(Decimal, ("8", "8.5", "9", "9.5", "10")))})],
    "sums": [entry("5.2.3", {"a": "50", "b": "100"}), entry("5.2.13", {"a": "95", "b": "130"})],
    "sums with the file": [entry("5.2.3", {"a": "50", "b": "100"})],
    "expired": [entry("7.2.7", "14", files=(ProofFile("x", TODAY - dt.timedelta(days=1)),))],
    "target": [entry("7.2.7", "14", target="15")],
}
# A case is named after its rule, which is found in its last row.
EXPECTED = {case: (entries[-1].item.id, case.split(" ")[0], "") for case, entries in CASES.items()} | {
    "half a ratio": ("7.2.1", "complete", ""),
    "numerator": ("7.2.1", "numerator", "a"),
    "unit_jump of an amount": ("7.2.1", "unit_jump", "b"),
    "sums": ("5.2.13", "sums", "b"),
    "sums with the file": ("5.2.3", "area", "b"),
}


@pytest.mark.parametrize("case", EXPECTED)
def test_each_rule_finds_its_error(case):
    facts = {"area": Decimal(90)} if case == "sums with the file" else {}
    assert EXPECTED[case] in named(*CASES[case], facts=facts)


@pytest.mark.parametrize(
    "one",
    [
        entry("7.2.7", "14", last="13", target="13.5", files=(ProofFile("x", TODAY),)),
        entry("7.2.1", {"a": "14", "b": "20"}, last={"a": "9", "b": "18"}),
        entry("7.2.7", "0.5", last="0.4"),
        entry("7.2.13", "0.8"),
        entry("6.2.9", "1.4", last="1.1"),
        entry("6.2.9", "0.1", last="-0.1"),
        RowInput(item("7.2.7"), None, state=RowState.EXCLUDED),
        RowInput(item("7.2.7"), "900", state=RowState.UNBUILT),
    ],
    ids=lambda one: f"{one.item.id} {one.value}",
)
def test_what_is_plausible_is_left_alone(one):
    assert named(one) == []


def test_a_rule_names_value_limit_and_source():
    (one,) = check(sheet(entry("7.2.17", "40", last="72")), LIMITS)
    assert (one.value, one.limit) == ("40%", "上年72%，一年变化不超过25%")
    assert one.source == RULES["year_outlier"].source
    assert all(rule.title and rule.source for rule in RULES.values())


def test_every_rule_that_may_block_is_a_rule():
    assert set(parameters.defaults()["plausibility.blocking"]) <= set(RULES)


@pytest.mark.parametrize(("name", "value", "last"), [("7.2.17", "40", "72"), ("6.2.17", "83", "8.1")])
def test_limits_are_settings(name, value, last):
    wide = PlausibilityLimits(**{**vars(LIMITS), "year_points": Decimal(90), "jump_tolerance": Decimal(0), "year_share": Decimal(100)})
    assert named(entry(name, value, last=last), limits=wide) == []


@pytest.fixture
def check_(people):
    return make_self_check(people)


def put(table, name, value):
    ScoreRow.objects.filter(table=table, item_id=name).update(value=value)


def unproven(table):
    return next(one for one in findings(table) if one.rule == "evidence")


def test_last_year_comes_from_the_version_that_counts(people, check_):
    before = make_self_check(people, district=check_.district, year=2025)
    put(before.table, "7.2.17", "72")
    step(before, "hand_up", people.preparer)
    step(before, "sign", people.reviewer)
    check_.table.previous = before.table
    check_.table.save()
    put(check_.table, "7.2.17", "40")
    assert "year_outlier" not in {one.rule for one in findings(check_.table)}
    TableVersion.objects.filter(table=before.table).update(counts=True)
    assert [one.item_id for one in findings(check_.table) if one.rule == "year_outlier"] == ["7.2.17"]


def test_peers_are_received_self_checks_of_like_districts(people, check_):
    for number in range(5):
        other = make_self_check(people, year=2025)
        put(other.table, "4.2.3", str(8 + number / 2))
        version = tables.submit_table(table=other.table, by=None)
        TableVersion.objects.filter(pk=version.pk).update(counts=True)
    put(check_.table, "4.2.3", "40")
    assert [one.item_id for one in findings(check_.table) if one.rule == "peer_outlier"] == ["4.2.3"]


def test_submission_refuses_with_everything_that_blocks(people, check_):
    put(check_.table, "7.2.7", None)
    put(check_.table, "7.2.1", {"a": "30", "b": "20"})
    with pytest.raises(Refused) as caught:
        step(check_, "hand_up", people.preparer)
    said = [refusal.text for refusal in caught.value.refusals]
    assert len(said) == 3
    assert "两数之比" in said[0]
    assert said[1].endswith("大于新建建筑总面积20万m²")
    assert said[2].endswith("未填")


def test_an_advisory_finding_is_explained_and_frozen_for_the_reviewer(client, people, check_):
    one = unproven(check_.table)
    client.force_login(people.preparer)
    answer = client.post(reverse("assessments:finding_answer", args=[check_.table_id]), {"finding": one.key, "text": "材料在档案馆"})
    assert answer.status_code == 302
    assert answer.url.endswith(f"#{one.anchor}")
    client.force_login(people.reviewer)
    page = client.get(reverse("assessments:selfcheck_check", args=[check_.pk])).content.decode()
    assert "材料在档案馆" in page
    with clock.at(at(2027, 3, 10)):
        step(check_, "hand_up", people.preparer)
        step(check_, "sign", people.reviewer)
    version = check_.table.versions.get()
    row = next(row for row in version.content["rows"] if row["item_id"] == one.item_id)
    assert row["findings"][0]["answer"] == "材料在档案馆"
    client.force_login(people.city_officer)
    assert "材料在档案馆" in client.get(reverse("assessments:table_version", args=[check_.table_id, 1])).content.decode()


def test_an_explanation_lapses_with_the_value(people, check_):
    table = check_.table
    put(table, "7.2.1", {"a": "10", "b": "20"})
    ScoreRow.objects.filter(table=table, item_id="7.2.1").update(target={"a": "70", "b": "100"})
    one = next(found for found in findings(table) if found.rule == "target")
    answer_finding(table=table, key=one.key, text="明年竣工", by=people.preparer)
    assert next(found for found in findings(table) if found.rule == "target").answer == "明年竣工"
    put(table, "7.2.1", {"a": "9", "b": "20"})
    assert next(found for found in findings(table) if found.rule == "target").answer == ""


def test_what_blocks_or_is_gone_takes_no_explanation(people, check_):
    put(check_.table, "7.2.7", None)
    for key in ("complete:7.2.7:", "target:7.2.7:"):
        with pytest.raises(Refused):
            answer_finding(table=check_.table, key=key, text="不填", by=people.preparer)
    with pytest.raises(NotAllowed):
        answer_finding(table=check_.table, key="x", text="不填", by=people.reviewer)
    one = unproven(check_.table)
    tables.lock_table(table=check_.table)
    with pytest.raises(Closed):
        answer_finding(table=check_.table, key=one.key, text="不填", by=people.preparer)
    assert not FindingAnswer.objects.exists()
