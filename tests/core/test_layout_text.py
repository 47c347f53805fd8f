"""Headings, lists and tables in what people type; everything else stays as typed."""

from greendistrict.core.layout_text import LayoutBlock, LayoutKind, layout_blocks, plain_words


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
    text = "一、开头 **重点** <b>x</b>\n    缩进 [a](b) `c`\n---\n#标签 1.5公顷"
    (block,) = layout_blocks(text)
    assert (block.kind, "\n".join(block.lines)) == (LayoutKind.PARAGRAPH, text)
    assert layout_blocks("") == []
