"""Differences between two editions of the figures."""

from hypothesis import given
from hypothesis import strategies as st

from reports.closings.differences import FigureChange, NamedFigure, differences, figures_in

words = st.text(alphabet="甲乙丙", max_size=2)
tables = st.dictionaries(st.tuples(words, words), st.text(alphabet="01", min_size=1, max_size=2))


def listed(table):
    return [NamedFigure(*key, value) for key, value in table.items()]


@given(tables, tables)
def test_the_changes_lead_from_one_edition_to_the_other(before, after):
    changes = differences(listed(before), listed(after))
    led = dict(before)
    for one in changes:
        assert led.pop((one.subject, one.name), "") == one.before != one.after
        if one.after:
            led[one.subject, one.name] = one.after
    assert led == after


@given(tables, tables)
def test_seen_from_the_other_side_they_are_the_same(before, after):
    there, back = (differences(listed(one), listed(other)) for one, other in ((before, after), (after, before)))
    assert {FigureChange(one.subject, one.name, one.after, one.before) for one in there} == set(back)


@given(tables)
def test_equal_editions_have_none(table):
    assert differences(listed(table), listed(table)) == []


def test_the_order_is_that_of_the_later_edition():
    before, after = {("甲", "总分"): "60", ("丙", "总分"): "9"}, {("乙", "总分"): "1", ("甲", "总分"): "61"}
    assert differences(listed(before), listed(after)) == [
        ("乙", "总分", "", "1"),
        ("甲", "总分", "60", "61"),
        ("丙", "总分", "9", ""),
    ]


def test_figures_are_named_by_their_way_down():
    chapters = [{"title": "低碳", "score": "5"}, {"title": "低碳", "score": None}]
    data = {"total": "61.50", "digest": "x", "浦东（虚构）": {"total": "9"}, "chapters": chapters, "ok": True}
    labels = {"total": "总分", "chapters": "章", "score": "得分", "ok": "受理"}
    assert [one[1:] for one in figures_in(data, "甲", labels)] == [
        ("总分", "61.50"),
        ("浦东（虚构）·总分", "9"),
        ("章·低碳·得分", "5"),
        ("章·低碳（第2项）·得分", "未查明"),
        ("受理", "是"),
    ]
