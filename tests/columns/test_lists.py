"""Lists of rows and of records, on the page and as a workbook: paths, states, moments, what is inferred and what is withheld."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import FieldDoesNotExist

from districts.plots.models import Plot, PlotControl
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.columns.shown import ComputedColumn, LeftColumn, MomentColumn, StateColumn
from greendistrict.core.templatetags.gd import state_tag
from greendistrict.core.toned_words import TonedWord
from tests.calls import calls_of

TODAY = dt.date(2026, 3, 2)
MOMENT = dt.datetime(2026, 3, 1, 17, 30, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Line:
    plot: Plot | None
    word: TonedWord
    due: dt.date | None = None
    sent: dt.datetime | None = None
    is_demo: bool = False
    hidden: bool = False
    certainty: str = ""
    days: int | None = None
    asked: str = ""


LINES = ListTable(
    Columns(
        Line,
        number=TextColumn(source="plot__number", empty="未编号"),
        area_ha=NumberColumn("公顷", source="plot__area_ha", withheld="hidden", guess="certainty", empty="未查明"),
        state=StateColumn(source="word", label="状态"),
        due=DayColumn(label="期限", guess="certainty"),
        sent=MomentColumn(label="送出", nothing="asked"),
        left=ComputedColumn("剩余", lambda line, today: f"<{(line.due - today).days}天>" if line.due else ""),
    ),
    "number", "area_ha", "state+left", "due", "sent", caption="清单", key="plot__pk", demo="is_demo",
)  # fmt: skip
FOUND = [
    Line(
        Plot(pk=7, number="甲<1>", area_ha=Decimal("1250.5050")),
        TonedWord("在办", "blue"),
        dt.date(2026, 3, 9),
        MOMENT,
        is_demo=True,
    ),
    Line(Plot(pk=8, number="乙", area_ha=Decimal("2.5")), TonedWord("办结", "green"), dt.date(2026, 3, 1), certainty="inferred"),
    Line(Plot(pk=9, number="丙", area_ha=Decimal(3)), TonedWord("办结", "green"), certainty="inferred", hidden=True),
    Line(None, TonedWord("未办", "line"), asked="未问<1>"),
]


def test_a_list_of_records_on_a_page():
    lines = LINES.html(LINES.rows_of(FOUND), TODAY, RowAddress("districts:plot_control", "d")).lines.replace("\n", "").split("</tr>")
    alone = [
        LINES.html(LINES.rows_of([one]), TODAY, RowAddress("districts:plot_control", "d"), first=at).lines
        for at, one in enumerate(FOUND, 1)
    ]
    assert "".join(alone).replace("\n", "").split("</tr>") == lines
    first, guessed, hidden, none = ([cell.split("</t")[0] for cell in line.split("<t")[2:]] for line in lines[:4])
    assert first == [
        'd class="gd-muted">1',
        'h scope="row"><a href="/districts/d/plots/7/control/">甲&lt;1&gt;</a> <span class="gd-demo">演示数据</span>',
        'd class="gd-num">1,250.51',
        'd class="gd-nowrap gd-state"><span class="gd-tag gd-tag-blue">在办</span><br><span class="gd-s gd-muted">&lt;7天&gt;</span>',
        'd class="gd-nowrap">2026年3月9日',
        'd class="gd-nowrap">2026年3月2日01:30',
    ]
    assert (guessed[2], guessed[4]) == tuple(
        f'd class="{css} <span class="gd-guess">推定</span>' for css in ('gd-num">2.50', 'gd-nowrap">2026年3月1日')
    )
    assert (hidden[2], hidden[4]) == ('d class="gd-num"><span class="gd-muted">不公开</span>', 'd class="gd-nowrap">—'), (
        "no day is not inferred"
    )
    assert none[1:3] + none[4:] == [
        'h scope="row">未编号', 'd class="gd-num">未查明', 'd class="gd-nowrap">—',
        'd class="gd-nowrap"><span class="gd-muted">未问&lt;1&gt;</span>',
    ]  # fmt: skip


def test_its_workbook_has_real_days_and_numbers_and_says_what_is_inferred():
    sheet = openpyxl.load_workbook(BytesIO(LINES.book(LINES.rows_of(FOUND), TODAY, "清单", "清单（4条）")))["清单"]
    heads, *rows = sheet.iter_rows(min_row=3)
    assert sheet["A1"].value == "清单（4条）　含演示数据"
    assert [cell.value for cell in heads] == ["序号", "地块编号", "用地面积 公顷", "状态", "剩余", "期限", "送出", "数据"]
    day = dt.datetime
    assert [[cell.value or None for cell in row[1:]] for row in rows] == [
        ["甲<1>", 1250.505, "在办", "<7天>", day(2026, 3, 9), day(2026, 3, 2), "演示数据"],
        ["乙", 2.5, "办结", "<-1天>", day(2026, 3, 1), None, None],
        ["丙", "不公开", "办结", None, None, None, None],
        ["未编号", "未查明", "未办", None, None, "未问<1>", None],
    ]
    forms = [cell.number_format for row in rows[:2] for cell in (row[2], row[5])]
    assert forms == ["General", "yyyy-mm-dd", 'General"（推定）"', 'yyyy-mm-dd"（推定）"']


def test_a_cell_leads_to_another_page_and_days_left_are_a_tag_and_a_number():
    plot = TextColumn(source="plot__number", empty="未定", link=("approvals:title", "plot__pk"))
    table = ListTable(
        Columns(Line, word=StateColumn(label="状态"), plot=plot, days=LeftColumn(label="剩余时间")),
        "word", "plot", "days", caption="清单", key="plot__pk",
    )  # fmt: skip
    rows = table.rows_of([replace(FOUND[0], days=2), FOUND[3]])
    lines = table.html(rows, TODAY, None).lines.split("</tr>")
    assert ('<td><a href="/cases/titles/7/">甲&lt;1&gt;</a></td>' in lines[0], "<td>未定</td>" in lines[1]) == (True, True)
    assert ("剩<b>2</b>个工作日" in lines[0], lines[1].endswith('<td class="gd-nowrap"></td>')) == (True, True)
    plain = table.html(rows[:1], TODAY, None, first=None)
    assert (plain.heads.count("<th"), plain.lines.count("<td"), lines[0].count("<td")) == (3, 2, 3), "without numbers"
    assert table.terms(rows[0], TODAY)[1] == ("地块编号", '<a href="/cases/titles/7/">甲&lt;1&gt;</a>')
    assert [[*one][2] for one in table.sheet(rows, TODAY, "清单", "清单").rows] == [2, None]


def test_a_path_takes_the_label_of_its_last_field():
    columns = Columns(PlotControl, plot=TextColumn(source="plot__number"), use=TextColumn(source="plot__land_use", label="用途"))
    assert [column.label for column in columns.values()] == ["地块编号", "用途"]
    assert columns.facts(PlotControl(plot=Plot(number="甲"))) == [("地块编号", "甲"), ("用途", "未填")]
    for owner, path in ((PlotControl, "plot__nothing"), (Line, "plot__nothing"), (Line, "due")):
        with pytest.raises(FieldDoesNotExist, match=f"{owner.__name__} has no field {path}"):
            Columns(owner, one=TextColumn(source=path))


def test_a_cell_is_written_once_for_equal_values_and_equal_words_keep_their_own_tone():
    words = [TonedWord("在办", tone) for tone in ("blue", "amber")]
    rows = LINES.rows_of([Line(Plot(pk=key, number="甲", area_ha=Decimal(2)), words[key % 2]) for key in range(10)])
    written = []
    assert calls_of(NumberColumn.text, lambda: written.append(LINES.html(rows, TODAY, None).lines)) == 1
    assert [written[0].count(state_tag(word)) for word in words] == [5, 5]
