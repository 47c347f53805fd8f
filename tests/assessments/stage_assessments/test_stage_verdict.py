import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.common.calendar import stage_cycles, stage_terms
from assessments.common.mechanism import CHECKLIST, REQUIRED
from assessments.stage_assessments.verdict import ControlLine, PlannedKind, PlanOnDay, Shares, TargetLine, judge

SHARES = Shares(Decimal("0.8"), Decimal("0.8"))
HOLD = {one.key: {"holds": True} for one in CHECKLIST}


def targets(met, missed, unbuilt=0):
    states = [True] * met + [False] * missed + [None] * unbuilt
    return [TargetLine(f"5.1.{number}", "绿地率", "30%", "28", state) for number, state in enumerate(states)]


CONTROLS = [ControlLine("4.1.1", "选址", holds=True)]


def plan(plots=(0, 0), works=(0, 0), undated=0, later=0):
    kinds = [
        PlannedKind(title, counter, done + left, tuple(f"{title}{number}" for number in range(left)), undated, later)
        for title, counter, (done, left) in (("地块", "个", plots), ("市政设施", "项", works))
    ]
    return PlanOnDay(dt.date(2026, 9, 17), tuple(kinds))


NOTHING_DUE = plan(later=1)


def verdict(*, lines=None, plan=NOTHING_DUE, controls=CONTROLS, judged=HOLD, passed=True):
    lines = targets(8, 2) if lines is None else lines
    found = judge(targets=lines, plan=plan, controls=controls, judged=judged, passed=passed, shares=SHARES)
    return {aspect.key: aspect for aspect in found.aspects}, found.qualified


@pytest.mark.parametrize(
    ("lines", "qualified", "found"),
    [
        (targets(8, 2), True, "80.0%（8 / 10条）"),
        (targets(79, 21), False, "79.0%（79 / 100条）"),
        (targets(4, 1, unbuilt=9), True, "80.0%（4 / 5条），未建成的9条不作判断"),
    ],
)
def test_the_line_lies_exactly_at_the_share_of_what_is_built(lines, qualified, found):
    aspects, judged = verdict(lines=lines)
    assert (judged, aspects["targets"].found[: len(found)]) == (qualified, found)
    assert len(aspects["targets"].short) == sum(line.met is False for line in lines)


@pytest.mark.parametrize(
    ("given_", "qualified", "found"),
    [
        ({"later": 2}, True, "没有按计划应当取得、开工或建成的地块、市政设施和重点项目"),
        ({}, False, "资料不足：没有登记地块、市政设施和重点项目"),
        ({"undated": 2}, False, "资料不足：没有到了计划日期的地块、市政设施和重点项目，没有计划日期的4项不作判断"),
        ({"undated": 1, "later": 3}, False, "资料不足：没有到了计划日期的地块、市政设施和重点项目，没有计划日期的2项不作判断"),
        ({"plots": (4, 1)}, True, "80.0%（4 / 5项：地块4 / 5个）"),
        ({"plots": (0, 21), "works": (0, 8)}, False, "0.0%（0 / 29项：地块0 / 21个，市政设施0 / 8项）"),
        ({"plots": (40, 0), "works": (0, 11)}, False, "78.4%（40 / 51项：地块40 / 40个，市政设施0 / 11项）"),
    ],
)
def test_the_plan_is_judged_by_what_it_wanted_by_the_day(given_, qualified, found):
    aspects, judged = verdict(plan=plan(**given_))
    assert (judged, aspects["plan"].found) == (qualified, f"截至2026年9月17日，{found}")
    assert len(aspects["plan"].short) == sum(given_.get(kind, (0, 0))[1] for kind in ("plots", "works"))
    assert aspects["plan"].required == "到期的地块、市政设施和重点项目按计划落实的不少于80%"


FAILING = ControlLine("4.1.2", "防灾", holds=False)


@pytest.mark.parametrize(
    ("given_", "key", "short"),
    [
        ({"controls": [*CONTROLS, FAILING]}, "controls", ("4.1.2 防灾",)),
        ({"passed": False}, "panel", ()),
        *(({"judged": {**HOLD, one.key: {"holds": False}}}, "mechanisms", (one.title,)) for one in REQUIRED),
    ],
)
def test_each_aspect_decides_and_names_what_is_short(given_, key, short):
    aspects, qualified = verdict(**given_)
    assert (qualified, aspects[key].holds, aspects[key].short) == (False, False, short)


@pytest.mark.parametrize(("given_", "key"), [
    ({"lines": []}, "targets"), ({"lines": targets(0, 0, unbuilt=5)}, "targets"),
    ({"controls": []}, "controls"), ({"passed": None}, "panel"),
])  # fmt: skip
def test_what_is_not_known_is_neither_met_nor_missed(given_, key):
    aspects, qualified = verdict(**given_)
    assert (qualified, aspects[key].holds, aspects[key].short) == (False, None, ())
    assert aspects[key].found.startswith("资料不足")


def test_what_the_text_only_encourages_decides_nothing():
    assert verdict(judged={**HOLD, **{one.key: {"holds": False} for one in CHECKLIST if not one.required}})[1]


def test_every_aspect_says_what_is_asked_and_what_was_found():
    told = verdict()[0]
    assert {key: (aspect.required, aspect.found, aspect.short) for key, aspect in told.items() if key not in ("targets", "plan")} == {
        "controls": ("控制项全部满足", "1 / 1条满足", ()),
        "mechanisms": ("七（三）1应建立的机制均已建立", f"{len(REQUIRED)} / {len(REQUIRED)}项已建立", ()),
        "panel": ("专家组结论为通过", "专家组结论为通过", ()),
    }
    lines = [TargetLine("5.1.1", "绿地率", "30%", "28", met=False), TargetLine("5.1.2", "水面率", "8%", "", met=False), *targets(8, 0)]
    assert verdict(lines=lines)[0]["targets"].short == ("5.1.1 绿地率：应为30%，实际28", "5.1.2 水面率：应为8%，实际未填")
    assert told["targets"].required == "当年目标（没有设的按目标路径）达到的条文不少于80%"
    short = verdict(controls=[*CONTROLS, FAILING], judged={}, passed=False)[0]
    found = [short[key].found for key in ("controls", "mechanisms", "panel")]
    assert found == ["1 / 2条满足", f"0 / {len(REQUIRED)}项已建立", "专家组结论不是通过"]
    assert verdict(controls=[])[0]["controls"].found == "资料不足：没有控制项的评审结果"


def test_a_verdict_is_kept_as_it_was_told():
    kept = judge(targets=targets(1, 1), plan=NOTHING_DUE, controls=CONTROLS, judged=HOLD, passed=True, shares=SHARES).as_json()
    assert (kept["qualified"], [aspect["holds"] for aspect in kept["aspects"]]) == (False, [False, True, True, True, True])
    assert kept["aspects"][0] == {
        "key": "targets",
        "title": "绿色生态指标落实情况",
        "required": "当年目标（没有设的按目标路径）达到的条文不少于80%",
        "found": "50.0%（1 / 2条）",
        "holds": False,
        "short": ["5.1.1 绿地率：应为30%，实际28"],
    }


@given(met=st.integers(0, 40), missed=st.integers(0, 40), unbuilt=st.integers(0, 5))
def test_one_more_target_met_never_turns_a_verdict(met, missed, unbuilt):
    if verdict(lines=targets(met, missed, unbuilt))[1]:
        assert verdict(lines=targets(met + 1, missed, unbuilt))[1]
        assert verdict(lines=targets(met + 1, max(missed - 1, 0), unbuilt))[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("announced", "until", "days"),
    [
        (dt.date(2022, 6, 15), dt.date(2028, 12, 31), [dt.date(2025, 6, 15), dt.date(2028, 6, 15)]),
        (dt.date(2020, 3, 1), dt.date(2026, 12, 31), [dt.date(2026, 3, 1)]),
        (dt.date(2024, 2, 29), dt.date(2027, 3, 31), [dt.date(2027, 2, 28)]),
        (dt.date(2024, 6, 11), dt.date(2027, 1, 4), []),
    ],
)
def test_the_cycle_runs_from_the_announcement_and_not_before_the_policy(announced, until, days):
    found = stage_cycles(announced, until, stage_terms())
    assert [point.day for point in found] == days
    assert [point.round for point in found] == list(range(1, len(days) + 1))
    assert all(point.opens < point.day < point.last for point in found)
