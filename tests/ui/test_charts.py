import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from django.contrib.staticfiles import finders

from greendistrict.core.bullet_chart import Bullet, bullets
from greendistrict.core.charts import (
    Bar,
    Box,
    ScheduleBar,
    Series,
    Span,
    bars,
    boxes,
    ceiling,
    figure,
    gantt,
    line,
    radar,
    schedule,
    whole_ceiling,
    words,
)
from greendistrict.core.stair_chart import StairStep, stairs
from greendistrict.core.templatetags.gd import num

ROOT = Path(__file__).parents[2]

AXES = ("韧性安全", "健康宜居", "低碳高效")


def marks(svg, css):
    root = fromstring(svg)
    return [node for node in root.iter() if node.get("class") == css]


def test_a_class_of_a_drawing_is_none_of_the_layout():
    """Shared, the later rule of the two would decide how wide a drawing stands."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "greendistrict/core").glob("*chart*.py"))
    drawn = {name for words in re.findall(r'css\b[^\n]*?"(gd-[\w -]+)"', source) for name in words.split()}
    assert {"gd-chart-narrow", "gd-chart-wide", "gd-mid"} <= drawn
    elements = re.compile(r'<(?!svg)\w+[^>]*?\bclass="([^"]*)"')
    laid = {name for path in (ROOT / "templates").rglob("*.html") for words in elements.findall(path.read_text()) for name in words.split()}
    assert drawn & laid == set()


def test_charts_are_well_formed_and_carry_no_style():
    drawn = (
        radar(AXES, Series("已实现", [78, None, 47.45]), goal=Series("预期", [85, 82, 85.75]), title="方面"),
        bars([Bar("甲", 7.96, 5.86), Bar("乙", None)], unit="km²", title="面积"),
        line(["1月", "2月"], [Series("本年", [1, None])], unit="个", title="进度"),
        gantt([Span("自查", dt.date(2027, 1, 1), dt.date(2027, 3, 31))], today=dt.date(2027, 2, 1), title="安排"),
    )
    for svg in drawn:
        root = fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label").endswith("数据见表")
        assert "style" not in svg
    assert "<script>" not in bars([Bar("<script>", 1)], unit="<b>", title='"x"')


def test_low_scores_get_the_amber_dot_and_the_unknown_is_said():
    svg = radar(AXES, Series("已实现", [78, 60, 59.9]), title="方面")
    assert (len(marks(svg, "dot")), len(marks(svg, "dot-low"))) == (2, 1)
    svg = radar(AXES, Series("已实现", [78, None, 90]), title="方面")
    assert ("未填" in svg, marks(svg, "dot-low")) == (True, [])


def test_bar_lengths_follow_the_figures():
    widths = [float(node.get("width")) for node in marks(bars([Bar("甲", 10), Bar("乙", 5)], unit="个", title="数"), "bar")]
    assert widths == [330.0, 165.0]


def test_a_missing_figure_breaks_the_line():
    (path,) = marks(line(list("abc"), [Series("本年", [1, None, 3])], unit="个", title="数"), "line-0")
    assert path.get("d") == ""
    assert len(marks(line(list("abc"), [Series("本年", [1, None, 3])], unit="个", title="数"), "spot-0")) == 2


def test_three_lines_are_told_apart_without_colour():
    drawn = line(["1月", "2月"], [Series(name, [1, 2]) for name in "甲乙丙"], unit="个", title="数")
    assert len({marks(drawn, f"line-{index}")[0].get("stroke-dasharray") for index in range(3)}) == 3
    sheet = Path(finders.find("css/portal.css")).read_text(encoding="utf-8")
    assert len(set(re.findall(r"\.gd-chart \.line-\d \{[^}]*stroke-dasharray: ([^;]+);", sheet))) == 2, "the first is whole"


def test_the_axis_has_room_for_its_longest_figure():
    for value, left in ((12, "44"), (180_000, "59")):
        grid = marks(line(["1月", "2月"], [Series("用电", [value, value])], unit="kWh", title="月用量"), "grid")
        assert {node.get("d").partition(" ")[0] for node in grid} == {f"M{left}"}


def test_schedule_marks_what_is_late_and_today():
    spans = [Span("自查", dt.date(2027, 1, 1), dt.date(2027, 3, 31), late=True)]
    assert len(marks(gantt(spans, today=dt.date(2027, 2, 1), title="安排"), "late")) == 1
    assert marks(gantt(spans, today=dt.date(2028, 2, 1), title="安排"), "now") == []


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (0.07, 0.1), (4.2, 5), (21, 25), (100, 100), (101, 200)])
def test_axis_ends_on_a_round_figure(highest, top):
    assert ceiling([highest, None]) == pytest.approx(top)


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (2, 4), (5, 8), (9, 12), (41, 80), (130, 200)])
def test_counts_have_whole_ticks(highest, top):
    assert whole_ceiling([highest, None]) == pytest.approx(top)
    assert ">0.5<" not in line(["1月", "2月"], [Series("本年", [0, 2])], unit="个", title="数")


def test_scores_and_areas_read_as_in_the_tables():
    assert [words(value) for value in (None, 78, 47.456, 1234.5)] == ["未填", "78", "47.46", "1,234.5"]
    values = [Decimal("69.70"), 78, None, 1234.5]
    assert [figure(value) for value in values] == ["69.70", "78.00", "未填", "1,234.50"]
    assert [num(value, 2) for value in values if value is not None] == [figure(value) for value in values if value is not None]
    drawn = bars([Bar("甲", Decimal("69.7"), Decimal(70))], unit="分", title="总分") + radar(
        ("甲", "乙", "丙"), Series("已实现", [Decimal("69.7"), 70, 80]), title="方面"
    )
    assert "69.70" in drawn
    assert not re.search(r"69\.7(?!0)", drawn)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="three axes"):
        radar(("甲", "乙"), Series("已实现", [1, 2]), title="方面")
    with pytest.raises(ValueError, match="one figure for each"):
        line(["1月"], [Series("本年", [1, 2])], unit="个", title="数")
    with pytest.raises(ValueError, match="a row"):
        gantt([], today=dt.date(2027, 1, 1), title="安排")


def test_a_schedule_draws_planned_above_actual_and_reddens_what_is_late():
    planned = (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    rows = [
        ScheduleBar("能源站", planned, (dt.date(2026, 1, 5), dt.date(2026, 6, 1))),
        ScheduleBar("慢行桥", planned, (dt.date(2026, 2, 5), dt.date(2026, 8, 1)), late=True),
        ScheduleBar("绿廊", planned),
    ]
    drawn = schedule(rows, today=dt.date(2026, 7, 1), title="计划与实际")
    assert [len(marks(drawn, css)) for css in ("bar-2", "bar", "late", "now")] == [3, 1, 1, 1]
    assert "慢行桥 实际2026年2月5日至2026年8月1日，晚于计划" in drawn
    with pytest.raises(ValueError, match="needs a row"):
        schedule([], today=dt.date(2026, 7, 1), title="")


def test_a_box_of_totals_above_the_full_score_is_drawn_to_scale():
    """With extra points the median of 108 lies beyond a box that ends at 100."""
    rows = [Box("总分", *map(Decimal, (80, 90, 108, 109, 110))), Box("一章", *map(Decimal, (80, 90, 95, 98, 100)))]
    lines = [shape.get("d") for shape in fromstring(boxes(rows, unit="分", title="分布")).iter() if shape.get("d")]
    ends = [float(text.partition("H")[2]) for text in lines if "H" in text]
    assert ends[0] > ends[1]


def test_a_stair_is_as_wide_as_its_amount_and_wears_its_number():
    steps = [
        StairStep("1", "路灯", Fraction(40), Fraction(-500)),
        StairStep("2", "光伏", Fraction(600), Fraction(300)),
        StairStep("3", "外墙", Fraction(160), Fraction(2000)),
    ]
    svg = stairs(steps, unit="元/tCO₂e", width_unit="tCO₂e/a", title="边际减排成本")
    rects = marks(svg, "bar")
    assert fromstring(svg).get("aria-label") == "边际减排成本（元/tCO₂e），数据见表"
    assert "style" not in svg
    widths = [float(one.get("width")) + 1 for one in rects]
    assert widths[1] / widths[0] == pytest.approx(15, abs=0.5)
    heights = [float(one.get("height")) for one in rects]
    assert heights == sorted(heights)[1:2] + sorted(heights)[:1] + sorted(heights)[2:]
    assert float(rects[0].get("y")) == pytest.approx(float(rects[1].get("y")) + heights[1], abs=0.2), "below and above nought"
    assert [node.text for node in marks(svg, "strong")] == ["1", "2", "3"]
    assert "2 光伏 300.00 元/tCO₂e，600.00 tCO₂e/a" in svg
    with pytest.raises(ValueError, match="wide"):
        stairs([], unit="", width_unit="", title="")


def test_papers_have_an_axis_with_its_unit_and_a_legend_of_what_is_drawn():
    drawn = bars([Bar("甲", 10, 4)], unit="km²", title="面积", name="本年", other="上年")
    assert [mark.text for mark in fromstring(drawn).iter() if mark.tag.endswith("text")] == [
        *("0", "2.5", "5", "7.5", "10", "km²"), "甲", "10.00", "本年", "上年",
    ]  # fmt: skip
    assert "上年" not in bars([Bar("甲", 10)], unit="km²", title="面积")
    series = [Series("核查", [3, None]), Series("目标", [2, 1])]
    plain, legend = (line(["2025年", "2026年"], series, unit="kgCO₂e", title="碳", legend=told) for told in (False, True))
    assert ["核查</text>" in one and "目标</text>" in one and "kgCO₂e</text>" in one for one in (plain, legend)] == [False, True]
    hidden = boxes([Box("总分", None, 2, 3, 4, None)], unit="分", title="分布")
    assert "下四分位2" in hidden
    assert "上四分位4" in hidden
    assert "最" not in hidden
    assert all(word in boxes([Box("总分", 1, 2, 3, 4, 5)], unit="分", title="分布") for word in ("最低至最高", "上下四分位之间", "中位数"))


def test_a_part_is_a_narrow_bar_in_a_wide_one_and_what_is_unknown_has_neither():
    svg = bullets([Bullet("甲区", 1, 4), Bullet("乙区", 0, 2), Bullet("丙区", None)], title="自查", unknown="无记录")
    part, whole = ([(float(one.get("width")), float(one.get("height"))) for one in marks(svg, css)] for css in ("bar", "bar-2"))
    assert [wide for wide, _ in whole] == [wide * 4 for wide, _ in part[:1]] + [whole[0][0] / 2]
    assert (part[1][0], len(part), len(whole)) == (0, 2, 2)
    assert part[0][1] < whole[0][1], "told apart without colour"
    assert fromstring(svg).get("aria-label") == "自查：甲区1 / 4；乙区0 / 2；丙区无记录，数据见表"


def test_bars_with_a_unit_stand_on_an_axis_of_whole_numbers():
    rows = [Bullet("甲区", 1, 3)]
    texts = [node.text for node in fromstring(bullets(rows, title="称号", unknown="", unit="个")).iter() if node.tag.endswith("text")]
    assert texts == ["0", "2", "4", "个", "甲区", "1 / 3"]
    assert "个" not in bullets(rows, title="称号", unknown="")


def printed_points(svg):
    """Names of points with their places, left to right."""
    return [(float(node.get("x")), node.text) for node in fromstring(svg).iter() if node.tag.endswith("text") and node.get("y") == "208"]


@pytest.mark.parametrize("count", [1, 2, 5, 12, 20])
def test_names_of_points_stand_beside_each_other_and_the_last_is_printed(count):
    points = [f"20{26 + at // 4}-{at % 4 + 1}" for at in range(count)]
    found = printed_points(line(points, [Series("累计", range(count))], unit="个", title="数"))
    assert found[-1][1] == points[-1]
    assert all(two - one >= 7 * len("2026-1") for (one, _), (two, _) in pairwise(found)), found


def test_a_chart_of_a_page_is_as_wide_as_a_phone_and_a_paper_keeps_its_own():
    """At 390 px a drawing of 520 units printed labels of 7 to 8 px."""
    rows, spread = [Series("本年", [1, 2])], [Box("总分", *map(Decimal, (80, 90, 95, 98, 100)))]
    steps = [StairStep("1", "路灯", Fraction(40), Fraction(500))]
    pages = (
        line(["1月", "2月"], rows, unit="个", title="数"),
        boxes(spread, unit="分", title="分布"),
        stairs(steps, unit="元", width_unit="t", title="成本"),
    )
    papers = (line(["1月", "2月"], rows, unit="个", title="数", legend=True), boxes(spread, unit="分", title="分布", paper=True))
    assert [fromstring(svg).get("viewBox").split()[2] for svg in (*pages, *papers)] == [*["360"] * 3, *["520"] * 2]
    for svg in pages:
        right = max(float(node.get("x")) for node in fromstring(svg).iter() if node.tag.endswith("text"))
        assert right <= 360, svg
