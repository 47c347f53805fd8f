"""The figures that are kept: every task, within the bounds of daily work, and none worse than at the landing before."""

import itertools

from tests.tasks.kept import COLUMNS, kept, lines_of

TASKS = {
    "second-year self-check with its report",
    "20 clauses reviewed with evidence",
    "an incomplete application until it is handed up",
    "an overdue district found and urged",
    "a sheet of the land bureau until its plots are stored",
    "an application signed by its reviewer",
    "an application accepted by the officer",
    "an application decided by the director",
}


def test_the_last_figures_are_of_every_task_and_within_the_bounds():
    last = kept()[-1]
    assert set(last["tasks"]) == TASKS
    second_year = last["tasks"]["second-year self-check with its report"]
    assert second_year["share_of_fields"] <= 30
    assert second_year["minutes"] < 10
    assert last["tasks"]["a sheet of the land bureau until its plots are stored"]["minutes"] <= 3


def test_no_task_takes_more_than_at_the_landing_before():
    landings = kept()
    for before, after in itertools.pairwise(landings):
        for name, was in before["tasks"].items():
            more = {key: (was[key], after["tasks"][name][key]) for key in COLUMNS if after["tasks"][name][key] > was[key]}
            assert more == {}, f"{name} took more at {after['landing']} than at {before['landing']}"


def test_fresh_figures_are_told_beside_the_kept_ones():
    last = kept()[-1]
    name = "an overdue district found and urged"
    was = last["tasks"][name]
    lines = lines_of({name: {**was, "clicks": was["clicks"] + 1}})
    assert last["landing"] in lines[0]
    assert lines[1] == name
    assert lines[2].split() == ["clicks", str(was["clicks"] + 1), str(was["clicks"])]
