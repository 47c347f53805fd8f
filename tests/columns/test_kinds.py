"""Each kind of column: what is written into a medium that comes back is read from it again, and how it looks to people."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import FieldDoesNotExist
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from approvals.titles.models.publicity import Title
from carbon.measures.columns import MEASURE
from carbon.metering.columns import METER
from carbon.metering.models import Meter
from districts.common.enums import Acquisition
from districts.plots.columns import PLOT, PLOT_ENTERED
from districts.plots.models import Plot
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK, WORK_ENTERED
from districts.projects.models import KeyProject
from greendistrict.columns.api import api_field, api_fields
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NamesColumn, NumberColumn, TextColumn, WholeColumn
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.workbooks.cells import read_cell
from greendistrict.documents.workbooks.columns import cell_of
from greendistrict.documents.workbooks.grids import BookCell
from operation.entries.sections import SECTIONS
from outreach.opinions.models import PublicOpinion
from reports.archive.columns import VOLUME

WORDS = st.text("甲乙丙AB-1，&<", min_size=1, max_size=20).map(str.strip).filter(bool)
NAME = st.text("甲乙AB-1.", min_size=1, max_size=8)
ALL = (
    PLOT_ENTERED,
    PROJECT_ENTERED,
    WORK_ENTERED,
    MEASURE,
    METER.without("parent", "plot", "work"),
    *{section.key: section.columns for section in SECTIONS}.values(),
)
DECLARED = [(columns, name) for columns in ALL for name in columns]


def values(column):
    """Values that a row may hold in the column."""
    if isinstance(column, NumberColumn):
        places, digits = column.field.decimal_places, column.field.max_digits
        most = 10**digits - 1 if column.most is None else int(column.most.scaleb(places))
        return st.integers(1, most).map(lambda number: Decimal(number).scaleb(-places))
    if isinstance(column, WholeColumn):
        return st.integers(column.least, column.most)
    if isinstance(column, DayColumn):
        return st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
    if isinstance(column, ChoiceColumn):
        return st.sampled_from(list(column.choices))
    if isinstance(column, FlagColumn):
        return st.booleans()
    return st.lists(NAME, max_size=4, unique=True) if isinstance(column, NamesColumn) else WORDS


def missing(column):
    """Values of a row that has none in the column; empty where one is needed."""
    nothing = {TextColumn: "", ChoiceColumn: "", NamesColumn: []}.get(type(column))
    always = (
        column.required
        or (isinstance(column, FlagColumn) and not column.field.null)
        or (isinstance(column, ChoiceColumn) and not column.field.blank)
    )
    return [] if always else [nothing]


@pytest.mark.parametrize(("columns", "name"), DECLARED, ids=lambda part: part if isinstance(part, str) else part.model.__name__)
@given(data=st.data())
def test_a_value_comes_back_from_form_workbook_and_api_as_it_was(columns, name, data):
    column = columns[name]
    value = data.draw(st.one_of(values(column), *map(st.just, missing(column))))
    field = column.form_field()
    typed = column.initial(value)
    assert field.clean(typed if isinstance(typed, str | None) else field.prepare_value(typed)) == value
    book = column.book_column()
    cell = cell_of(book, value)
    assert read_cell(book, BookCell(None if cell == "" else cell), value).value == value, "of the row that has it, where 0.01% is not 1%"
    api = api_field(column)
    api.bind(name, None)
    told = None if value is None else api.to_representation(value)
    assert api.run_validation(told) == value


@pytest.mark.parametrize("columns", ALL, ids=lambda columns: columns.model.__name__)
def test_the_model_gives_label_help_length_and_need(columns):
    for name, column in columns.items():
        stored, field, book = columns.model._meta.get_field(name), column.form_field(), column.book_column()
        assert (field.label, field.help_text) == (stored.verbose_name, stored.help_text)
        assert (api_field(column).help_text.startswith(stored.verbose_name), book.label.startswith(stored.verbose_name)) == (True, True)
        assert field.required == (not stored.blank and not stored.null) or isinstance(column, FlagColumn)
        assert book.needed == column.required
    assert [name for name, column in PLOT_ENTERED.items() if column.required] == ["number", "area_ha"]


@pytest.mark.parametrize(
    ("column", "value", "words", "full", "cell"),
    [
        (PLOT["area_ha"], Decimal("1250.5050"), "1,250.505", "1,250.505 公顷", "1,250.51"),
        (PLOT["floor_area"], Decimal("1200.00"), "1,200", "1,200 m²", "1,200"),
        (PLOT["floor_area"], None, "", "", "未填"),
        (PLOT["acquired_on"], dt.date(2026, 3, 1), "2026年3月1日", "2026年3月1日", "2026年3月1日"),
        (PLOT["acquired_on"], None, "", "", "—"),
        (PLOT["acquisition"], "grant", "出让", "出让", "出让"),
        (PLOT["acquisition"], "", "", "", "未取得"),
        (PLOT["owner"], "甲<乙>", "甲<乙>", "甲<乙>", "甲&lt;乙&gt;"),
        (Columns(Plot, owner=TextColumn(brief=5))["owner"], "甲<乙>丙丁", "甲<乙>丙丁", "甲<乙>丙丁", "甲&lt;..."),
        (PLOT["buildable"], False, "否", "否", "否"),
        (PLOT["conforms"], False, "否", "否", '<span class="gd-tag gd-tag-red">不符合</span>'),
        (PLOT["conforms"], True, "是", "是", '<span class="gd-tag gd-tag-green">符合</span>'),
        (PLOT["conforms"], None, "", "", "—"),
        (VOLUME["year"], 2026, "2026", "2026", "2026"),
        (PROJECT["clauses"], ["4.2.1", "7.2.7"], "4.2.1、7.2.7", "4.2.1、7.2.7", "4.2.1、7.2.7"),
        (PLOT["step"], [TonedWord("未启动", "line"), TonedWord("竣工逾期", "red")], "未启动，竣工逾期", "未启动，竣工逾期",
         '<span class="gd-tag gd-tag-line">未启动</span> <span class="gd-tag gd-tag-red">竣工逾期</span>'),
    ],
)  # fmt: skip
def test_how_a_value_reads(column, value, words, full, cell):
    assert (column.words(value), column.full_words(value), column.cell(value).replace("\n", "")) == (words, full, cell)


def test_heads_carry_the_unit_as_each_medium_writes_it():
    column = PLOT["floor_area"]
    assert (column.head, column.paper_head, column.gis_name) == ("建筑面积 m²", "建筑面积（m²）", "建筑面积_m2")
    assert replace(column, unit="%").gis_name == "建筑面积_pct"
    assert (column.gis_value(Decimal("2.50")), column.gis_value(None), PLOT["acquired_on"].gis_value(dt.date(2026, 3, 1))) == (
        2.5, None, "2026-03-01",
    )  # fmt: skip
    assert PLOT["acquisition"].api_help == f"取得方式：{'、'.join(f'{one.value}（{one.label}）' for one in Acquisition)}，空为未取得"
    assert WORK["length_m"].api_help == "长度，m"


def test_a_positive_number_refuses_nothing_less_than_its_last_place():
    field = PLOT["area_ha"].form_field()
    assert field.clean("0.0001") == Decimal("0.0001")
    with pytest.raises(forms.ValidationError, match=r"不能小于0\.0001"):
        field.clean("0")
    assert PLOT["floor_area"].form_field().clean("0") == 0


def test_a_form_of_a_step_asks_for_what_the_model_lets_be_empty():
    asked = PLOT.part("owner", "acquisition", "acquired_on").needed("owner", "acquisition")
    fields = asked.form_fields()
    assert [field.required for field in fields.values()] == [True, True, False]
    assert (fields["acquisition"].choices[0], PLOT["acquisition"].form_field().choices[0]) == (("", "请选择"), ("", "未取得"))
    assert all(column.required for column in asked.needed().values())
    radio = Columns(Plot, acquisition=ChoiceColumn(radio=True)).needed()["acquisition"].form_field()
    assert (radio.choices, radio.required) == (Acquisition.choices, True)
    assert PROJECT["state"].form_field().initial == KeyProject().state == "planned"
    assert Columns(Title, star=ChoiceColumn())["star"].form_field().clean("2") == 2, "a choice of numbers"
    condition = PLOT["acquisition"].filter_field()
    assert (condition.choices[0], condition.required, PLOT["number"].filter_field().required) == (("", "全部"), False, False)


def test_a_text_without_a_length_gets_one_a_name_is_filled_in_by_the_browser_and_a_consent_is_ticked():
    columns = Columns(
        PublicOpinion, text=TextColumn(most=5, rows=3), name=TextColumn(autocomplete="name"), may_publish=FlagColumn(tick=True)
    )
    assert (columns["text"].form_field().max_length, columns["text"].book_column().most, api_field(columns["text"]).max_length) == (5, 5, 5)
    assert columns["name"].form_field().widget.attrs["autocomplete"] == "name"
    tick = columns["may_publish"]
    assert [tick.form_field().clean(typed) for typed in ("on", None)] == [tick.initial(value) for value in (True, False)] == [True, False]


def test_plain_columns_have_the_kind_of_their_field_in_the_order_of_their_names():
    plain = Columns.of(Plot, "owner", "area_ha", "acquired_on", "buildable", "acquisition", area_ha=PLOT["area_ha"])
    assert [(name, type(column)) for name, column in plain.items()] == [
        ("owner", TextColumn), ("area_ha", NumberColumn), ("acquired_on", DayColumn), ("buildable", FlagColumn),
        ("acquisition", ChoiceColumn),
    ]  # fmt: skip
    with pytest.raises(FieldDoesNotExist):
        Columns.of(Plot, "nothing")


def test_a_number_may_have_its_own_bounds():
    assert MEASURE["yearly"].form_field().clean("-999999999999") == -999999999999
    for name, wrong in (("yearly", "-1000000000000"), ("first", "1989"), ("investment", "-1")):
        with pytest.raises(forms.ValidationError, match="不能小于"):
            MEASURE[name].form_field().clean(wrong)
    with pytest.raises(ValidationError):
        api_field(MEASURE["first"]).run_validation(1989)


def test_what_nobody_enters_is_told_as_text_and_another_row_by_its_key():
    columns = Columns(Meter, work=METER["work"], total=NumberColumn("m²", label="合计"), late=ComputedColumn("逾期", str))
    assert [(type(field), field.allow_null, field.help_text) for field in api_fields(columns).values()] == [
        (serializers.IntegerField, True, f"{METER['work'].label}的固定标识"),
        (serializers.CharField, True, "合计，m²"),
        (serializers.CharField, False, "逾期"),
    ]


def test_parts_keep_their_order_and_know_unknown_names():
    assert [*PLOT.part("owner", "number")] == ["owner", "number"]
    assert [*WORK.without("conforms", "acceptance_number", "progress")] == [*WORK_ENTERED]
    assert WORK_ENTERED["name"] is WORK["name"]
    for wrong in (lambda: PLOT.part("nothing"), lambda: PLOT.without("nothing")):
        with pytest.raises(KeyError):
            wrong()


def test_a_form_has_the_fields_of_its_columns_after_its_own_and_so_have_forms_derived_from_it():
    @with_columns(Columns(Plot, number=TextColumn(), area_ha=NumberColumn("公顷")))
    class First(ColumnsForm):
        reason = forms.CharField()

    class Second(First):
        more = forms.CharField()

    assert [*First.base_fields] == ["reason", "number", "area_ha"]
    assert {*Second.base_fields} == {"reason", "number", "area_ha", "more"}
    assert First().initial_of(Plot(number="甲", area_ha=Decimal("1.5000"))) == {"number": "甲", "area_ha": "1.5"}


def test_facts_are_labels_and_words_of_a_stored_row():
    plot = Plot(sub_area="", area_ha=Decimal("1250.5050"), floor_area=Decimal(0), owner="甲公司", acquisition="")
    facts = PLOT.part("sub_area", "area_ha", "floor_area", "owner", "acquisition", "built_on", "conforms").facts(plot)
    assert facts == [
        ("所在分区", "未填"), ("用地面积", "1,250.51 公顷"), ("建筑面积", "0 m²"), ("建设单位（权属）", "甲公司"), ("取得方式", "未取得"),
        ("建成日期", "—"), ("绿色生态内容符合", "—"),
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["-", "—", "无"])
@pytest.mark.parametrize(("columns", "name"), [(columns, name) for columns, name in DECLARED if isinstance(columns[name], NamesColumn)])
def test_a_stored_name_that_says_nothing_elsewhere_comes_back(columns, name, word):
    book = columns[name].book_column()
    assert read_cell(book, BookCell(cell_of(book, [word])), [word]).value == [word]
    assert read_cell(book, BookCell(word), ["PD-01"]).value == []
