"""Headings, lists and tables in what people type; everything else stays as typed."""

from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core.layout_text import LayoutBlock, LayoutKind, layout_blocks, layout_text, plain_words, readable_text, tidied

TEXTS = st.lists(st.sampled_from([*"甲乙 12.-#|*+)\\:　a`<", "<b>", "</b>", "<i>", "</i>"]), max_size=12).map("".join)


def lists(kind, **more):
    item = st.builds(lambda depth, text: "　" * depth + text, st.integers(0, 2), TEXTS)
    items = st.lists(item, min_size=1, max_size=4).map(tuple)
    return st.builds(lambda items, first: LayoutBlock(kind, items, first=first), items, **more)


def rows_of(width):
    row = st.lists(TEXTS, min_size=width, max_size=width).map(tuple)
    return st.builds(lambda head, rows: LayoutBlock(LayoutKind.TABLE, head=head, rows=tuple(rows)), row, st.lists(row, max_size=3))


KEY = "0b6f1c9e-52d4-4a7e-9d1c-3f2a8c5e7b10"
BLOCKS = st.one_of(
    st.builds(lambda text: LayoutBlock(LayoutKind.PICTURE, (f"图{text}",), file=KEY), st.text(alphabet="甲 12.-#|*", max_size=9)),
    st.builds(lambda text: LayoutBlock(LayoutKind.HEADING, (text,)), TEXTS),
    st.builds(lambda lines: LayoutBlock(LayoutKind.PARAGRAPH, tuple(lines)), st.lists(TEXTS, min_size=1, max_size=3)),
    lists(LayoutKind.BULLETS, first=st.just(1)),
    lists(LayoutKind.NUMBERS, first=st.integers(1, 12)),
    st.integers(1, 3).flatmap(rows_of),
)


@given(st.lists(BLOCKS, max_size=4))
def test_any_blocks_can_be_written_as_text_and_read_again(blocks):
    assert tidied(layout_blocks(layout_text(blocks))) == tidied(blocks)


def test_a_picture_is_a_line_of_its_own_with_a_caption():
    text = f"上文\n![总平面图](file:{KEY})\n下文 ![图](file:{KEY})\n![](file:{KEY})\n![图](http://x/y.png)"
    first, picture, rest = layout_blocks(text)
    assert (first.lines, picture.lines, picture.file) == (("上文",), ("总平面图",), KEY)
    assert rest.lines == tuple(text.split("\n")[2:]), "no caption, another address, or not alone: as typed"


def test_items_of_inner_lists_have_no_number():
    (block,) = layout_blocks("3. 三\n   - 内\n4. 四")
    assert block.numbered == [(3, "三"), (None, "　内"), (4, "四")]


def test_headings_lists_and_tables_become_blocks():
    text = "## 道路\n- 甲\n- 乙\n  1. 内\n\n3. 三\n4. 四\n\n| 项目 | 值 |\n| --- | --- |\n| 绿地 | 1\\|2 |\n| 水面 |\n"
    assert layout_blocks(text) == [
        LayoutBlock(LayoutKind.HEADING, ("道路",)),
        LayoutBlock(LayoutKind.BULLETS, ("甲", "乙", "　内")),
        LayoutBlock(LayoutKind.NUMBERS, ("三", "四"), first=3),
        LayoutBlock(LayoutKind.TABLE, head=("项目", "值"), rows=(("绿地", "1|2"), ("水面", ""))),
    ]
    assert plain_words(text).splitlines() == ["道路", "甲 乙 　内", "三 四", "项目 值 绿地 1|2 水面 "]


def test_a_text_without_layout_reads_as_it_was_typed():
    text = "一、开头 **重点** <u>x</u> <b>y <script>\n    缩进 [a](b) `c`\n---\n#标签 1.5公顷"
    (block,) = layout_blocks(text)
    assert (block.kind, "\n".join(block.lines)) == (LayoutKind.PARAGRAPH, text)
    assert layout_blocks("") == []


def test_a_text_is_compared_in_the_words_that_readers_see():
    text = "## 一、概况\n\n全年**推进**<b>三项</b>工作。\n\n| 指标 | 实际 |\n| --- | --- |\n| 管网 | |\n\n1. 甲\n2. 乙\n\n- 丙"
    assert readable_text(text).split("\n\n") == [
        "【一、概况】", "全年**推进**三项工作。", "指标　｜　实际\n管网　｜　—", "1. 甲\n2. 乙", "· 丙",
    ]  # fmt: skip
    picture = "![图题](file:00000000-0000-4000-8000-000000000000)"
    assert readable_text(picture) == "（图：图题）"
