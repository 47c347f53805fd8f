"""Traffic light by the path to the target: pure cases on every boundary, and properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.indicator_systems.target_path import due_in, due_of, light
from districts.indicator_systems.targets import CHOICE, RANGE, YES, Measure, meets, read, show
from indicators.scoring.refusals import ValueProblem

UP = Measure("number", "%", 1, Decimal(0), Decimal(100), 1)
DOWN = Measure("number", "kg", -1)
GRADE = Measure(CHOICE, options=(("none", "没有"), ("plan", "有方案"), ("sync", "同步")))
TARGETS = [(2027, "40"), (2030, "70"), (2035, "90")]
BASE = (2024, "10")


@pytest.mark.parametrize(("year", "due"), [
    (2023, ""), (2024, "10"), (2025, "20"), (2026, "30"), (2027, "40"), (2028, "50"), (2032, "78"), (2035, "90"), (2040, "90"),
])  # fmt: skip
def test_the_path_runs_straight_from_year_to_year(year, due):
    assert due_in(UP, year, [BASE, *TARGETS]) == due


@pytest.mark.parametrize(("measure", "year", "baseline", "due"), [
    (UP, 2026, BASE, "30"), (UP, 2026, None, ""), (UP, 2028, None, "50"), (UP, 2026, (2027, "10"), ""), (UP, 2028, (2028, "10"), "50"),
    (GRADE, 2027, (2024, "none"), "plan"), (GRADE, 2026, (2024, "none"), ""),
])  # fmt: skip
def test_the_path_of_a_number_begins_at_a_baseline_before_the_targets(measure, year, baseline, due):
    targets = TARGETS if measure is UP else [(2027, "plan"), (2030, "sync")]
    assert due_of(measure, year, baseline, targets) == due


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_baseline_that_is_not_before_the_targets_is_no_beginning(year):
    """What a light says of the progress is counted from a baseline that the path begins with."""
    assert light(UP, 2028, "49", baseline=(year, "10"), targets=TARGETS).words == "略落后于路径"


def test_nothing_is_due_without_targets():
    assert not due_of(UP, 2030, BASE, [])


@pytest.mark.parametrize(("year", "actual", "colour", "words"), [
    (2026, "30", "green", "达到路径"), (2026, "29.9", "amber", "略落后于路径，完成应有进展的99%"),
    (2026, "20", "amber", "略落后于路径，完成应有进展的50%"), (2026, "19.9", "red", "落后于路径，完成应有进展的49%"),
    (2026, "10", "red", "落后于路径，没有进展"), (2026, "5", "red", "落后于路径，没有进展"), (2035, "90", "green", "达到目标"),
    (2040, "89.9", "amber", "略落后于路径，完成应有进展的99%"), (2026, "", "", "无实际值"),
])  # fmt: skip
def test_numbers_are_measured_by_the_progress_due(year, actual, colour, words):
    found = light(UP, year, actual, baseline=BASE, targets=TARGETS)
    assert (found.colour, found.words) == (colour, words)


@pytest.mark.parametrize(("measure", "year", "actual", "targets", "colour", "words"), [
    (UP, 2025, "40", TARGETS, "green", "已提前达到2027年目标"), (UP, 2025, "39", TARGETS, "", "未到目标年2027年，不作判断"),
    (UP, 2027, "36", TARGETS, "amber", "略落后于路径"), (UP, 2027, "35.9", TARGETS, "red", "落后于路径"),
    (DOWN, 2027, "30", [(2027, "30")], "green", "达到目标"), (DOWN, 2027, "33", [(2027, "30")], "amber", "略落后于路径"),
    (DOWN, 2027, "33.1", [(2027, "30")], "red", "落后于路径"), (Measure(YES), 2027, "no", [(2027, "yes")], "red", "未做到"),
    (Measure(YES), 2026, "no", [(2027, "yes")], "", "未到目标年2027年，不作判断"),
    (Measure(YES), 2027, "no", [(2027, "no"), (2030, "yes")], "green", "达到路径"),
    (GRADE, 2027, "plan", [(2027, "sync")], "amber", "差一档：应为同步"),
    (GRADE, 2027, "none", [(2027, "sync")], "red", "未达到：应为同步"),
    (Measure(RANGE, "处", 0), 2027, "5", [(2027, "3~5")], "green", "达到目标"),
    (Measure(RANGE, "处", 0), 2027, "5.5", [(2027, "3~5")], "amber", "超出范围"),
    (Measure(RANGE, "处", 0), 2027, "6", [(2027, "3~5")], "red", "超出范围"), (UP, 2027, "36", [], "", "未设目标"),
])  # fmt: skip
def test_what_has_no_progress_to_tell(measure, year, actual, targets, colour, words):  # noqa: PLR0917 -- the columns of the table above
    found = light(measure, year, actual, baseline=None, targets=targets)
    assert (found.colour, found.words) == (colour, words)


def test_a_path_that_asks_for_no_progress_is_measured_by_distance():
    assert light(UP, 2026, "45", baseline=(2024, "50"), targets=[(2027, "50")]).colour == "amber"
    assert light(UP, 2026, "44.9", baseline=(2024, "50"), targets=[(2027, "50")]).colour == "red"


VALUES = st.decimals(0, 100, places=1).map(lambda number: f"{number:f}")
RANK = {"": 0, "red": 1, "amber": 2, "green": 3}


@given(VALUES, VALUES, st.integers(2024, 2040))
def test_a_better_value_never_gets_a_worse_light(one, other, year):
    worse, better = sorted((one, other), key=Decimal)
    found = [RANK[light(UP, year, value, baseline=BASE, targets=TARGETS).colour] for value in (worse, better)]
    assert found[0] <= found[1]


@given(VALUES)
def test_reading_what_is_shown_gives_what_is_kept(value):
    kept = read(UP, value)
    assert read(UP, show(UP, kept)) == kept
    assert meets(UP, kept, kept)


@pytest.mark.parametrize("text", ["1e3", "--3", "abc", "NaN", "1 2", "٣", "9" * 30])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueProblem):
        read(UP, text)
