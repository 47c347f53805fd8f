"""Which modules hold slow tests, and their order over processes."""

from pathlib import Path

import pytest

from tests.scheduling import SECONDS, names, needed, ordered, put_last

TESTS = Path(__file__).parents[1]
TOGETHER = [(f"{file} {number}", file) for file in [*SECONDS, "short.py", "other.py"] for number in range(2)]


def test_the_files_that_are_named_exist():
    assert [file for file in SECONDS if not (TESTS / file).exists()] == []


def test_a_module_without_a_slow_test_is_left_out_only_where_no_other_is_asked_for(tmp_path):
    asked = ("slow", "slow and not long", "area", "not slow", "slow or long", "")
    assert [needed(markers) for markers in asked] == ["slow", "slow", "area", "", "", ""]
    module = tmp_path / "test_module.py"
    module.write_text('pytestmark = pytest.mark.area("reports/jobs")', encoding="utf-8")
    assert [names(mark, module) for mark in ("slow", "area", "long")] == [True, True, False]


@pytest.mark.parametrize("processes", [1, 2, 3, 4])
def test_every_test_comes_once(processes):
    assert sorted(ordered(TOGETHER, processes)) == sorted(test for test, _ in TOGETHER)


def test_each_stretch_begins_with_its_share_of_the_longest():
    short = [(f"short {number}", "short.py") for number in range(3 * 40 - len(SECONDS))]
    longest = sorted(SECONDS, key=lambda file: (-SECONDS[file], file))
    order = ordered([*short, *((file, file) for file in reversed(longest))], 3)
    length = len(order) // 3
    stretches = order[:length], order[length : 2 * length], order[2 * length :]
    assert [stretch[0] for stretch in stretches] == longest[:3]
    shares = [sum(SECONDS.get(test, 0) for test in stretch) for stretch in stretches]
    assert max(shares) - min(shares) <= SECONDS[longest[0]] / 2
    assert all(stretch[-1].startswith("short") for stretch in stretches)
    assert [test for test in order if test.startswith("short")] == [test for test, _ in short]


def test_more_long_tests_than_a_stretch_holds_come_too():
    order = ordered([*((f"long {number}", "e2e/test_year.py") for number in range(10)), ("short", "short.py")], 3)
    assert len(order) == 11


def test_a_file_of_many_tests_leaves_the_beginning_of_the_next_stretch_to_the_next_longest():
    first, second = sorted(SECONDS, key=lambda file: (-SECONDS[file], file))[:2]
    order = ordered([*((f"{first} {number}", first) for number in range(10)), (second, second), ("short", "short.py")], 2)
    assert (order[6], sorted(order[7:])) == (second, [f"{first} {number}" for number in range(6, 10)] + ["short"])


def test_what_may_wait_comes_last_in_each_stretch_and_everything_once():
    order = put_last(list(range(10)), 3, lambda number: number % 2 == 0)
    assert order == [1, 0, 2, 3, 5, 4, 7, 9, 6, 8]
