"""What-if: every gain shown is the difference of two scores; the page is live and saves nothing."""

import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings

from indicators.editions.models import Edition
from indicators.editions.services import load_shipped_editions
from indicators.scoring.engine import score
from indicators.scoring.refusals import ScoringRefused
from indicators.scoring.values import check_value
from indicators.what_if.what_if import TrialTable, easiest, way_to_next
from tests.factories.accounts import UserFactory
from tests.indicators.editions.editions import PERCENT, RATIO, chapter, item, rules_of
from tests.indicators.scoring.test_properties import OUT, RULES, VALUES, table

QUICK = settings(max_examples=10, deadline=None)
CHECK = item("0", None, {"kind": "pass"})


def copy_with(entry, raw):
    """A table of one item worth 10 and one worth 90 at zero, so that a point is a total point."""
    rules = rules_of([chapter("one", "1", [CHECK, entry, item("rest", 90, {"kind": "claimed"})])])
    return TrialTable(rules, "new", "planning", {entry["id"]: raw} if raw is not None else {})


def gain_of(entry, raw):
    return next((gain for gain in easiest(copy_with(entry, raw)) if gain.item == entry["id"]), None)


UP = {"kind": "steps", "better": "higher", "steps": [{"at": 50, "points": 4}, {"at": 70, "points": 10, "exclusive": True}]}
DOWN = {"kind": "steps", "better": "lower", "steps": [{"at": 40, "points": 4, "exclusive": True}, {"at": 20, "points": 10}]}
LINEAR = {"kind": "linear", "from": {"at": 30, "points": 0}, "to": {"at": 60, "points": 10}}
PARTS = {"kind": "checklist", "parts": [{"key": key, "text": key, "points": worth} for key, worth in (("a", 2), ("b", 5), ("c", 3))]}
CHOICE = {"kind": "choice", "options": [{"key": key, "text": key, "points": worth} for key, worth in (("a", 0), ("b", 4), ("c", 10))]}
ALL = {"kind": "all_of", "rules": [
    {"value": {"key": "x", "label": "甲", **PERCENT}, "rule": {**UP, "steps": [{"at": 50, "points": 4}]}},
    {"value": {"key": "y", "label": "乙", **PERCENT}, "rule": {**LINEAR, "to": {"at": 60, "points": 6}}},
]}  # fmt: skip
CASES = [
    (UP, None, "50", 4, "达到不低于50%"), (UP, "49.9", "50", 4, "达到不低于50%"), (UP, "50", "70.01", 6, "达到高于70%"),
    (UP, "70", "70.01", 6, "达到高于70%"), (UP, "70.01", None, None, None), (DOWN, None, "39.99", 4, "达到低于40%"),
    (DOWN, "40", "39.99", 4, "达到低于40%"), (DOWN, "39", "20", 6, "达到不高于20%"), (LINEAR, "45", "60", 5, "达到60%"),
    (LINEAR, None, "60", 10, "达到60%"), (PARTS, None, ["b"], 5, "补上：b"), (PARTS, ["b"], ["b", "c"], 3, "补上：c"),
    (PARTS, ["a", "b", "c"], None, None, None), (CHOICE, None, "b", 4, "达到：b"), (CHOICE, "b", "c", 6, "达到：c"),
    ({"kind": "count", "each": 4, "cap": 10}, "2", "3", 2, "增至3项"), ({"kind": "claimed"}, "9", "10", 1, "申报10分"),
    (ALL, {"x": "50"}, {"x": "50", "y": "60"}, 6, "乙达到60%"), (ALL, None, {"y": "60"}, 6, "乙达到60%"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "raw", "value", "points", "step"), CASES)
def test_next_step_of_every_rule_kind(rule, raw, value, points, step):
    measured = rule["kind"] in {"steps", "linear"}
    gain = gain_of(item("1", 10, rule, value=PERCENT if measured else None), raw)
    assert (gain and gain.value, gain and gain.points, gain and gain.worth, gain and gain.step) == (value, points, points, step)


@pytest.mark.parametrize(
    ("rule", "raw", "value"),
    [
        (UP, {"a": "1", "b": "3"}, {"a": "1.5", "b": "3"}),
        (UP, {"a": "2", "b": "3"}, {"a": "2.1003", "b": "3"}),
        (UP, None, {"a": "50", "b": "100"}),
        (DOWN, {"a": "3", "b": "3"}, {"a": "1.1997", "b": "3"}),
        (LINEAR, {"a": "1", "b": "3"}, {"a": "1.8", "b": "3"}),
    ],
)
def test_next_step_of_a_ratio_keeps_the_whole(rule, raw, value):
    assert gain_of(item("1", 10, rule, value=PERCENT, inputs=RATIO), raw).value == value


def test_distance_stands_beside_the_step():
    assert gain_of(item("1", 10, UP, value=PERCENT), "48").distance == "还差2%"


@QUICK
@given(table, VALUES, OUT)
def test_gain_shown_is_the_difference_of_two_scores(where, values, out):
    before = score(RULES, *where, values, out)
    gains = easiest(TrialTable(RULES, *where, values, tuple(out)))
    points = {one.id: one.points for one in before.items}
    for gain in gains:
        after = score(RULES, *where, {**values, gain.item: gain.value}, out)
        assert gain.worth == after.total - before.total > 0
        assert (gain.total, gain.reached, gain.now) == (after.total, after.reached, points[gain.item])
        assert gain.points == next(one.points for one in after.items if one.id == gain.item) - gain.now
        assert check_value(RULES.items[gain.item], gain.value) is not None
    assert [gain.worth for gain in gains] == sorted((gain.worth for gain in gains), reverse=True)
    assert not out & {gain.item for gain in gains}


@QUICK
@given(table, VALUES)
def test_way_reaches_the_next_line_step_by_step(where, values):
    copy = TrialTable(RULES, *where, values)
    start = copy.result()
    line = next((level.least for level in RULES.levels if start.total < level.least), None)
    way = way_to_next(copy)
    assert not way or way[-1].total >= line
    for gain in way:
        before, copy = copy.result().total, copy.having(gain)
        assert copy.result().total == gain.total == before + gain.worth


def test_every_item_short_of_full_marks_is_listed_when_it_counts():
    where = ("new", "operation")
    result = score(RULES, *where, {})
    scored = {one.id for one in result.items if one.points is not None}
    assert {gain.item for gain in easiest(TrialTable(RULES, *where, {}))} == scored


def test_full_marks_leave_nothing():
    copy = copy_with(item("1", 10, {"kind": "claimed"}), "10")
    full = TrialTable(copy.rules, "new", "planning", {**copy.values, "rest": "90", "0": True})
    assert (easiest(full), way_to_next(full)) == ((), ())


def test_bonus_beyond_its_cap_is_no_gain():
    bonus = chapter("bonus", "2", [item("2", 20, {"kind": "claimed"}, kind="bonus")], weight=0, kind="bonus")
    rules = rules_of([chapter("one", "1", [item("1", 100, {"kind": "claimed"})]), bonus])
    assert [gain.item for gain in easiest(TrialTable(rules, "new", "planning", {"2": "10"}))] == ["1"]
    assert easiest(TrialTable(rules, "new", "planning", {"2": "9"}))[0].worth == Decimal(1)


def test_declared_absent_with_full_marks_is_no_gain():
    entry = item("1", 10, {"kind": "claimed"}, exclude_when="没有", when_absent="full")
    copy = copy_with(entry, None)
    assert [gain.item for gain in easiest(TrialTable(copy.rules, "new", "planning", {}, (), ("1",)))] == ["rest"]


def test_copy_that_cannot_be_scored_is_refused():
    with pytest.raises(ScoringRefused):
        easiest(copy_with(item("1", 10, UP, value=PERCENT), "900"))


@pytest.fixture
def reader(client, settings):
    load_shipped_editions()
    client.force_login(UserFactory(), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def address(code="GD-REF-2024", kind="new", stage="operation"):
    pk = Edition.objects.get(code=code).pk
    return f"{reverse('indicators:what_if')}?edition={pk}&kind={kind}&stage={stage}"


@pytest.mark.django_db
def test_page_asks_for_an_edition_that_can_score(reader):
    body = reader.get(reverse("indicators:what_if")).content.decode()
    assert ("GD-REF-2024" in body, "LEED-V4-ND" in body, "DG/TJ 08-2253-2024" in body) == (True, True, False)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"kind": "moon"}, {"stage": "x"}, {"code": "DG/TJ 08-2253-2024"}, {"kind": "a%00"}])
def test_wrong_choice_is_answered_on_the_page(reader, change):
    assert reader.get(address(**change)).status_code == 422


@pytest.mark.django_db
def test_page_without_values(reader, kept_queries):
    stored = Edition.objects.get(code="LEED-V4-ND")
    assert reader.get(address("LEED-V4-ND", next(iter(stored.type_labels)), next(iter(stored.stage_labels)))).status_code == 200
    url = address()
    reader.get(url)
    with kept_queries():
        reader.get(url)


@pytest.mark.django_db
def test_typing_answers_with_the_outcome_and_the_points(reader, kept_queries):
    url, posted = address(), {"v:5.2.1": "80"}
    rules = RULES.table("new", "operation").items
    number = list(rules).index("5.2.1") + 1
    with kept_queries():  # the posts too: not every seat has this room
        body = reader.post(url, posted, headers={"HX-Request": "true"}).content.decode()
    expected = score(RULES, "new", "operation", {"5.2.1": "80"})
    assert body.lstrip().startswith('<div class="gd-stack" id="outcome"')
    assert f"<b>{expected.total}</b>" in body
    points = next(one.points for one in expected.items if one.id == "5.2.1")
    assert f'<span id="p-{number}" hx-swap-oob="true">{points}分</span>' in body
    assert "<html" not in body


@pytest.mark.django_db
def test_bad_value_is_named_stays_and_does_not_count(reader):
    body = reader.post(address(), {"v:5.2.1": "八十"}).content.decode()
    assert "5.2.1 年径流总量控制率（新建）：应填数字，如 70 或 70.5" in body
    assert 'value="八十"' in body
    assert "<b>0.00</b>" in body


@pytest.mark.django_db
def test_saved_file_loads_again(reader):
    out = next(name for name, one in RULES.table("new", "operation").items.items() if one.can_leave)
    saved = reader.post(address(), {"v:5.2.1": "80", f"s:{out}": "out", "do": "save"})
    content = json.loads(saved.content)
    assert (content["values"], list(content["exclusions"])) == ({"5.2.1": "80"}, [out])
    upload = {"do": "load", "values": SimpleUploadedFile("v.json", saved.content)}
    loaded, typed = reader.post(address(), upload), reader.post(address(), {"v:5.2.1": "80", f"s:{out}": "out"})
    total = score(RULES, "new", "operation", {"5.2.1": "80"}, [out]).total
    assert f"<b>{total}</b>" in loaded.content.decode()
    assert f"<b>{total}</b>" in typed.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[1]", "取值文件应为 {values: …, exclusions: …, absent: …}"),
        (b"values: {nix: 1}", "GD-REF-2024 没有条文 nix"),
        (b"", "文件是空的，请检查后重新选择"),
        (b"x" * (1024 * 1024 + 1), "文件超过 1 MB，不是取值文件"),
    ],
)
def test_file_that_is_no_values_file_leaves_what_was_typed(reader, content, said):
    body = reader.post(address(), {"do": "load", "v:5.2.1": "80", "values": SimpleUploadedFile("v.yaml", content)}).content.decode()
    assert said in body
    assert 'value="80"' in body
