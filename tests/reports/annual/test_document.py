"""The district's report as it is printed: all sections in order, what is not known said with its reason, very much of everything."""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from greendistrict.accounts.models import User
from greendistrict.core import clock
from reports.annual import figures, tables
from reports.annual.documents import district_composition
from reports.annual.pages import district_pages
from reports.annual.sections import SECTIONS
from reports.composition.blocks import Composition, Heading, Listing, PaperTable, Paragraph, Wide
from reports.composition.printed import texts_of
from reports.composition.services import made_of
from tests import pdf_texts
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.reports.annual.worlds import LONG_NAME, empty_check, full_check
from tests.reports.fitness import MAKERS_NOTES, SOFTWARE
from tests.reports.world import LONG

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")
NOW = at(2027, 6, 1)
ANNEXES = ["附件1　地块、近期重点项目和市政设施清单", "附件2　2026年度自评分表", "附件3　不参评条文及理由", "附件4　佐证材料清单"]


_read = {}


def read(world):
    """Figures of a world, read once in each process."""
    if world not in _read:
        with clock.at(NOW):
            _read[world] = figures.report_figures(world(), clock.today())
    return _read[world]


def parts(composition):
    """Blocks below each heading of the first level."""
    found = {}
    for _, block in composition.under_headings():
        if isinstance(block, Heading) and block.level == 1:
            found[block.text] = []
        else:
            found[list(found)[-1]].append(block)
    return found


@pytest.mark.parametrize("world", [empty_check, pytest.param(full_check, marks=AREA)])
def test_every_section_stands_there_in_order_whatever_is_known(world):
    composition = district_composition(read(world))
    found = parts(composition)
    heads = [head.partition("、")[2] for head in found if not head.startswith("附件")]
    assert heads == [title for title, _ in SECTIONS]
    assert list(found)[-4:] == ANNEXES
    assert all(found.values())
    across = [isinstance(block, Wide) for block in composition.blocks]
    assert across == sorted(across), "what lies across is behind the text"


LAID_OUT = """## 基础设施
- 支路贯通
- 绿地开放

3. 接通管网

| 项目 | 长度 |
| --- | --- |
| 甲路 | 3.5km |

| 项目 | 面积 |
| --- | --- |
| 乙园 | 2公顷 |"""


@AREA
def test_headings_lists_and_tables_of_the_districts_own_report_are_printed_as_such():
    found = read(empty_check)
    scores = replace(found.scores, sections=(("一、年度工作概况", LAID_OUT),))
    composition = district_composition(replace(found, scores=scores))
    (own,) = [blocks for head, blocks in parts(composition).items() if head.endswith("、自评报告")]
    assert own[:4] == [
        Heading("（一）年度工作概况", 2),
        Heading("基础设施", 3),
        Listing(((None, "支路贯通", 0), (None, "绿地开放", 0))),
        Listing(((3, "接通管网", 0),)),
    ]
    assert [(block.caption, [column.title for column in block.columns], block.rows) for block in own[4:]] == [
        ("基础设施", ["项目", "长度"], (("甲路", "3.5km"),)),
        ("基础设施", ["项目", "面积"], (("乙园", "2公顷"),)),
    ]
    made = made_of(Composition("自评报告", tuple(own)), code="", formats=("pdf", "docx"))
    assert "甲路3.5km" in "".join(pdf_texts.squeezed(made["pdf"]))
    words = [[cell.text for cell in row.cells] for table in Document(BytesIO(made["docx"])).tables for row in table.rows]
    assert ["乙园", "2公顷"] in words


def test_what_is_not_known_is_a_sentence_with_its_reason():
    words = " ".join(texts_of(district_composition(read(empty_check))))
    for sentence in (
        "截至2026年12月31日没有登记地块。", "截至2026年12月31日没有登记近期重点项目。", "截至2026年12月31日没有登记市政设施。",
        "截止日前没有接收碳排放核查报告，排放量无记录。", "截至2026年12月31日没有2026年的监督检查记录。", "上年得分无记录", "未设目标星级",
        "自评分表没有附佐证材料。", "没有可以与年度目标、目标路径或预期比较的条文。", "尚未建立试点基线",
    ):  # fmt: skip
        assert sentence in words
    assert not re.search(r"(排放量|面积|得分)0", words)
    assert [note for note in (*MAKERS_NOTES, *SOFTWARE) if note in words] == []


def test_a_pilot_is_in_its_building_period_and_a_demonstration_is_not():
    found = read(empty_check)
    words = " ".join(texts_of(district_composition(found)))
    assert ("处于建设期" in words, "上海市绿色生态城区试点" in words) == (True, True)
    held = found.held._replace(kind="demonstration")
    shown = replace(found, held=held, scores=replace(found.scores, building=False, held=held))
    words = " ".join(texts_of(district_composition(shown)))
    assert ("建设期" in words, "上海市绿色生态城区示范" in words, "三星级（推定）" in words) == (False, True, True)


@AREA
def test_very_long_texts_follow_their_table_and_are_whole():
    found = read(full_check)
    composition = district_composition(found)
    blocks = [block for _, block in composition.under_headings()]
    cells = [cell for block in blocks if isinstance(block, PaperTable) for row in block.rows for cell in row]
    assert max(len(cell) for cell in cells if isinstance(cell, str)) <= max(tables.LONGEST, 3 * len(LONG_NAME))
    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert f"意见3：{LONG * 3}" in said
    assert any(text.startswith(f"问题2：{LONG}") for text in said)
    out = found.scores.excluded[0]
    assert len(out.reason) > tables.LONGEST
    assert f"{out.id} {out.title}：{out.reason}" in said


@AREA
def test_pages_for_the_city_name_the_five_clauses_and_what_is_needed():
    found = read(full_check)
    blocks = district_pages(found, internal=True)
    words = " ".join(texts_of(Composition("分城区", blocks)))
    assert blocks[0] == Heading(LONG_NAME, 2)
    worst = found.scores.short[:5]
    assert len(worst) == 5
    assert all(f"{number}. {item.id} {item.title}" in words for number, item in enumerate(worst, start=1))
    assert worst[0].reason in words
    assert found.scores.short[5].id not in words
    assert all(f"{row.title}（{row.cite}）" in words for row in found.coming.step.open)
    assert {"各章得分与预期", "五个方面得分雷达图"} <= {getattr(block, "caption", "") for block in blocks}


def test_pages_of_a_district_without_scores_or_without_the_portal_say_so(people):
    waiting = make_district(people, name="演示未报城（虚构）")
    known = make_district(None, name="某某城区", is_demo=False, sources=["https://example.invalid"], area_km2=None)
    with clock.at(NOW):
        words = [
            " ".join(texts_of(Composition("", district_pages(figures.figures_of(one, 2026, clock.today()), internal=True))))
            for one in (waiting, known)
        ]
    assert "平台没有2026年度自查的应报记录，没有得分。" in words[0]
    assert "本城区的申报主体没有使用本平台，除公开资料外无记录。" in words[1]
    assert "规划范围面积 未查明" in words[1]
    assert not re.search(r"\b0(\.00)?\b", words[1])


@AREA
def test_report_says_the_figures_of_the_pages(client):
    check = full_check()
    client.force_login(User.objects.get(username="city_officer"))
    address = reverse("districts:district_detail", args=[check.district.code])
    with clock.at(NOW):
        found = figures.report_figures(check, clock.today())
        pages = {tab: client.get(f"{address}?tab={tab}").content.decode() for tab in ("overview", "projects", "plots", "carbon")}
    words, area = " ".join(texts_of(district_composition(found))), f"{found.land.totals['area']:.2f}"
    same = {"overview": str(found.scores.total), "projects": "123,456.00", "plots": area, "carbon": "1,200"}
    assert [tab for tab, said in same.items() if said not in words or said not in pages[tab]] == []


@pytest.mark.parametrize("world", [empty_check, pytest.param(full_check, marks=AREA)])
def test_every_named_figure_is_defined_with_its_unit_and_day(world):
    composition = district_composition(read(world))
    said = {one.name: one for one in composition.definitions if one.selector}
    named = [key.partition("_") for key in composition.figures]
    assert [name for name, *_ in named] == list(said)
    assert {said[name].unit for name, _, unit in named if not unit} == {""}
    assert all(said[name].unit for name, _, unit in named if unit)
    assert said["总分"].day.endswith("前收到")
    assert said["地块"].day == "2026年12月31日"
    exact = {"年碳排放总量_tCO2": Decimal(1200), "地块_个": 20, "规划范围面积_km2": Decimal("2.5"), "上年总分_分": None}
    assert world is empty_check or {name: composition.figures[name] for name in exact} == exact
