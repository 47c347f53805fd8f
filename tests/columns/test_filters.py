"""Conditions of lists: what words and choices find, that a bad one is left out, and that what is withheld is not found."""

import pytest
from django.db.models import Value
from django.http import QueryDict

from districts.file.columns import DISTRICT
from districts.file.models.district import District
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


class SampleFilter(ListFilter):
    q = WordsFilter("名称", "name", "code", "search_text__contains")
    type = ColumnFilter(DISTRICT["type"])
    edition = ColumnFilter(DISTRICT["edition_text"])
    real = ChosenFilter("数据", [("yes", "真实")], nothing="所有")


def found(**asked):
    rows = District.objects.annotate(hidden=Value(asked.pop("hidden", False)))
    return {one.code for one in SampleFilter(QueryDict("&".join(f"{name}={value}" for name, value in asked.items())), rows).qs}


def test_words_choices_and_what_is_withheld(people):
    make_district(people, name="演示甲城（虚构）", code="A-1", type="new", edition_text="标准甲")
    make_district(people, name="演示乙城（虚构）", code="A-2", type="renewal", edition_text="标准乙")
    assert found() == found(q="+") == found(real="yes") == {"A-1", "A-2"}
    assert found(q="a-1+甲城") == found(q="JIACHENG") == found(type="new") == found(edition="标准甲") == {"A-1"}
    assert found(q=f"甲城+{'甲' * 97}") == set(), "a search takes as many characters as a name has"
    assert found(q="a-1+乙城") == found(edition="标准甲", hidden=True) == set()
    assert found(type="none", q="甲城") == {"A-1"}, "the condition that is not valid is left out"


def test_the_bar_says_labels_and_words_of_the_columns():
    form = SampleFilter(QueryDict("type=none"), District.objects.none()).form
    assert [str(one.label) for one in form] == ["名称", "类型", "适用标准（公开资料）", "数据"]
    assert [next(iter(form.fields[name].choices)) for name in ("type", "real")] == [("", "全部"), ("", "所有")]
    assert list(form.errors) == ["type"]
