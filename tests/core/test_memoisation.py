"""What a request or job reads once, and reads again after an act was recorded."""

import ast

import pytest

from greendistrict.audit import services as audit
from greendistrict.core.memoisation import as_key, held_reads, is_held, once, read_apart
from greendistrict.core.middleware import HeldReadsMiddleware
from tests.architecture.registries import imports_of
from tests.architecture.sources import nodes, said

read: list[object] = []


def counted(*of, **more):
    read.append((of, more))
    return len(read)


def test_a_function_is_read_once_for_each_of_its_arguments_within_the_outermost_block():
    read.clear()
    with held_reads():
        first = once(counted, 1, as_key({3, 2}), way="a")
        with held_reads():
            assert once(counted, 1, (2, 3), way="a") == first
            assert [once(counted, 2), once(counted, 2), once(counted)] == [first + 1, first + 1, first + 2]
        assert (is_held(counted, 2), is_held(counted, 4)) == (True, False)
    assert (once(counted), once(counted), is_held(counted)) == (first + 3, first + 4, False)
    assert (as_key(None), as_key(())) == (None, ())


def test_what_is_read_on_other_terms_has_a_memory_of_its_own():
    read.clear()
    with held_reads():
        outside = once(counted)
        with read_apart():
            assert once(counted) == once(counted) == outside + 1
        assert once(counted) == outside


@pytest.mark.parametrize(("method", "reads"), [("get", 1), ("head", 1), ("post", 2)])
def test_a_page_reads_once_what_it_asks_for_twice_and_a_form_each_time(rf, method, reads):
    read.clear()
    answer = HeldReadsMiddleware(lambda _request: (once(counted), once(counted)))
    answer(getattr(rf, method)("/"))
    assert len(read) == reads
    assert not is_held(counted)


@pytest.mark.django_db
def test_after_an_act_everything_is_read_again():
    read.clear()
    with held_reads():
        once(counted)
        audit.record(action="test.act", by=None)
        assert (is_held(counted), once(counted), once(counted)) == (False, 2, 2)


def test_what_is_read_once_is_named_so_that_it_is_the_same_each_time():
    """A closure or partial would be another function with each call, and be read each time."""
    asked = {f"{source.path}:{node.lineno}": is_lasting(source, node) for source, node in nodes(ast.Call) if asks_once(source, node)}
    assert len(asked) > 30
    assert {place for place, lasts in asked.items() if not lasts} == set()


def asks_once(source, node):
    name = imports_of(source).get(said(node.func).partition(".")[0], "")
    whole = name + said(node.func)[len(said(node.func).partition(".")[0]) :]
    return whole in {f"greendistrict.core.memoisation.{one}" for one in ("once", "is_held")}


def is_lasting(source, node):
    first = said(node.args[0]).partition(".")[0]
    own = {one.name for one in source.tree.body if isinstance(one, ast.FunctionDef)}
    own |= {said(target) for one in source.tree.body if isinstance(one, ast.Assign) for target in one.targets}
    return isinstance(node.args[0], ast.Name | ast.Attribute) and (first in own or first in imports_of(source))
