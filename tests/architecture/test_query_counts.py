"""The kept numbers of queries belong to tests that measure them: none is left over, none is missing."""

import ast

from tests.query_counts import FILE, TESTS, kept

FIXTURE = "kept_queries"


def measured():
    """By test, the spots that it names; None for one that is put together while the test runs."""
    found = {}
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if FIXTURE not in text or path.samefile(__file__):
            continue
        for function in ast.walk(ast.parse(text)):
            if not isinstance(function, ast.FunctionDef) or FIXTURE not in {
                arg.arg for arg in function.args.args + function.args.kwonlyargs
            }:
                continue
            uses = [node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == FIXTURE]
            words = [use.args[0] if use.args else ast.Constant("") for use in uses]
            spots = {word.value if isinstance(word, ast.Constant) else None for word in words}
            found[f"{path.relative_to(TESTS).as_posix()}::{function.name}"] = spots
    return found


def test_every_kept_number_is_measured_and_every_measured_one_is_kept():
    have = {}
    for key in kept():
        test, _, spot = key.partition(" ")
        have.setdefault(test, set()).add(spot)
    spots = measured()
    assert set(have) - set(spots) == set(), f"{FILE.name} names tests that measure nothing"
    assert set(spots) - set(have) == set(), f"{FILE.name} lacks tests: make counts KEEP=1"
    wrong = {test: (have[test], named) for test, named in spots.items() if None not in named and named != have[test]}
    assert wrong == {}, "spots kept, spots measured"


def test_the_file_is_sorted_one_line_a_number():
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(set(lines))
    assert len(lines) == len(kept())
