"""What is compiled once gives what the queryset gives, for each value anew."""

import threading

import pytest
from django.db import connections
from django.db.models import Count, F, Value

from districts.file.models.district import District
from greendistrict.core import django_internals
from greendistrict.core.django_internals import Compiled, CompiledFor
from tests.factories.accounts import cast
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


def districts(key):
    found = District.objects.filter(pk=key).select_related("applicant").annotate(mandated=Count("mandates"))
    return found.only("name", "sources", "applicant__name")


def loaded(district):
    return {name: value for name, value in vars(district).items() if not name.startswith("_")}


def test_instances_come_with_their_relations_annotations_and_converted_columns(django_assert_num_queries):
    people = cast()
    one, other = make_district(people, sources=["https://example.invalid/a"]), make_district()
    compiled = Compiled(districts, -1)
    for key in (one.pk, other.pk, one.pk):
        (expected,) = districts(key)
        with django_assert_num_queries(1):
            (read,) = compiled.read(key)
            assert loaded(read) == loaded(expected)
            assert (read.applicant and read.applicant.name) == (expected.applicant and expected.applicant.name)
        assert read.get_deferred_fields() == expected.get_deferred_fields()
    assert compiled.read(0) == []


@pytest.mark.parametrize("shape", [lambda found: found.values("name", "sources"), lambda found: found.values_list("sources", F("pk") + 1)])
def test_mappings_and_tuples_come_in_their_shape(shape):
    one = make_district(sources=["https://example.invalid/a"])
    compiled = Compiled(lambda key: shape(District.objects.filter(pk=key)), -1)
    assert compiled.read(one.pk) == list(shape(District.objects.filter(pk=one.pk))) != []


def test_a_value_stands_beside_parameters_that_have_no_hash():
    """A path into JSON is a list."""
    make_district(code="a", boundary={"crs": {"name": "甲"}})
    compiled = Compiled(lambda code: District.objects.filter(code=code).values_list("boundary__crs__name"), "mark")
    assert (compiled.read("a"), compiled.read("b")) == ([("甲",)], [])
    with pytest.raises(ValueError, match="zip"):
        compiled.read()


def test_only_what_changes_is_bound():
    """Fixed values are written out, whatever signs they contain."""
    one, bound = make_district(code="a", name="100%'s %s 区"), []
    compiled = Compiled(lambda key: District.objects.filter(pk=key, name__contains="100%'s %s ").values_list("name", Value("5 %")), -1)

    def seen(execute, sql, parameters, many, context):
        bound.append(parameters)
        return execute(sql, parameters, many, context)

    with connections["default"].execute_wrapper(seen):
        assert (compiled.read(one.pk), compiled.read(0)) == ([(one.name, "5 %")], [])
    assert bound[-2:] == [(one.pk,), (0,)]


def test_a_read_in_another_thread_uses_its_own_connection():
    compiled, used = Compiled(lambda: District.objects.values("pk")), []
    compiled.read()

    def read():
        before = connections["default"].connection
        compiled.read()
        used.append((before, connections["default"].connection))
        connections["default"].close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    (before, after), own = used[0], connections["default"].connection
    assert before is None
    assert after is not None
    assert after is not own


@pytest.mark.parametrize("most", [0, 1, 64])
def test_rows_of_few_keys_and_of_many_are_those_of_the_queryset(monkeypatch, django_assert_num_queries, most):
    monkeypatch.setattr(django_internals, "MOST_KEYS", most)
    keys = [make_district(code=code, sources=[code]).pk for code in ("a", "b", "c")]
    built = []

    def of(only, code):
        built.append(only)
        rows = District.objects.exclude(code=code).order_by("pk").values_list("pk", "sources")
        return rows if only is None else rows.filter(pk__in=only)

    compiled = CompiledFor(of, "mark")
    for code, only in (("a", keys[:2]), ("b", keys[:2]), ("a", keys[1:]), ("", keys[1:]), ("", None)):
        with django_assert_num_queries(1):
            read = compiled.read(only, code)
        assert read == list(of(only, code)) != []
    assert [compiled.read(only, "") for only in ([], keys[:2][::-1])] == [[], list(of(keys[:2], ""))]
    assert len(built) == 2 + 6, "once for the two keys and once for all"
