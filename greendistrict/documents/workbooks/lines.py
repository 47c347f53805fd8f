"""Lines that an office writes above, between or under the rows of a table: totals, notes, headings, pages, heads (pure functions)."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from greendistrict.core.folded_keys import folded

MOST_ABOVE = 20  # lines of title above the heads, in any kind of file
TOTAL, NOTE, PAGE, HEADING, HEADS_AGAIN, NUMBERS = "合计或平均的行", "说明的行", "页码或续表的行", "分组的标题行", "重复的表头", "栏次的行"
_TOTALS = (
    "合计数?|小计数?|总计数?|共计|合共|累计|总和|总数|汇总|分计|计|平均|平均值|平均数|均值|总体平均|加权平均|加权平均值|中位数|最大值?|最小值?"
    "|合計|小計|總計|共計|σ|grandtotal|sub-?total|total|sum|average"
)
_WHOSE = (
    "本页|本表|本期|本年|本年度|本月|本季|上年|上期|全年|全部|全区|全市|全镇|全街道|全园区|全县"
    "|本区|本市|城区|本城区|各区|以上|上述|各项|分项"
)  # fmt: skip
# 一期合计 or 2027年小计: whose total it is stands before the word, a unit, a colon or a figure after it.
_TOTAL = re.compile(rf"(?:{_WHOSE})?(?:{_TOTALS})(?:公顷|亩|平方米|m2|万?元|米)?(?:\(.*\)?)?(?:[:=].*|[\d.,%/-]*)")
_OF_PART = re.compile(
    r".{1,20}(?:合计|小计|总计|共计|汇总|平均值|平均数)(?:\(.*\))?:?|其中:?.{0,20}|其余:?.{0,20}|(?:总|合计|共计)(?:面积|投资|量|额|长度|数)"
    r"|(?:占比|比例|比重|同比|环比|上年同期|去年同期|增减|增幅|增长|(?:同比|环比)增长|差额|余额|剩余|结余|(?:上页|上期)?结转|累计完成|完成|户均|人均|汇总表)"
    r"(?:数|额|量|率|%)?(?:\(.*\))?:?"
)
_SIGNED = (
    "填表人?|填报人|制表人?|编制人?|审核人?|审定人?|审批人?|复核人?|校对人?|核对人?|经办人?|负责人|主管(?:领导)?|分管领导|领导|单位负责人"
    "|联系人|联系电话|联系方式|电话"
    "|填报(?:单位|日期|时间)|填表(?:单位|日期|时间)|制表(?:单位|日期|时间)|编制(?:单位|日期|时间)|报送(?:单位|日期|时间)|上报(?:单位|日期|时间)"
    "|统计(?:单位|日期|时间|口径)|打印(?:日期|时间)|导出(?:日期|时间)|截止(?:日期|时间)|审核(?:日期|时间)|数据(?:来源|口径)|资料来源"
    "|计量单位|面积单位|金额单位|日期|备?注\\d*|附注|说明\\d*|(?:填表|填报|编制|编表)说明|注意事项|提示|审批意见|签名|签字|签章|remarks?|notes?"
)
_LABEL = re.compile(rf"(?:{_SIGNED}|单位|来源)(?:\([^()]*\))?[:(].*|附(?:件\d*|表\d*)?:.*")  # 填表人：张三, 单位（盖章）
_BARE = re.compile(
    rf"(?:{_SIGNED})|(?:{_SIGNED}|单位)?[(]?(?:公章|盖章|签字|签章|签名|印章)[)]?"
    r"|(?:[此本][页行栏])?以下(?:为?空白?(?:行|栏)?|无(?:正文|数据|内容|记录))|[此本]页空白"
)
_N = "[\\d一二三四五六七八九十]+"
_PAGE = re.compile(
    rf"续表\d*|续(?:上)?[表页]?|[上下]?接(?:[上下][表页]|第{_N}页)|[转见][上下]页|承[前上]页?|过次页"
    rf"|共{_N}页,?第{_N}页|第{_N}页(?:[,、/]?共{_N}页)?|共{_N}页|page\d+(?:of\d+)?"
)
# What these words mean is certain only where nothing else stands in the line.
_LONE_PAGE = re.compile(r"\d+/\d+页?|-+\d+-+|p\d+")
_LONE_NOTE = re.compile(
    r"(?:end|完|空白|略)|注\d.*|(?:填表|制表|编制|审核|审定|复核|校对|经办|填报|负责|联系)人.{2,40}|(?:联系)?电话[\d-]+"
    r"|(?:\d{4}|[〇零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月(?:[\d一二三四五六七八九十]{1,3}日)?|(?:附件|附表|表)\d.*|截[至止].*|[*※].*|.*。|.{12,}[;:]"
)
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.,:](?![一二三四五六七八九十\d])|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}(?:部分|大?类|批|章|节)).*"
)
_LONE_HEADING = re.compile(r"\d{1,2}、.*|\(\d{1,2}\).*")
_FIGURE = re.compile(r"[+-]?(?:0|[1-9][\d,]*)(?:\.\d*)?(?:%|公顷|亩|平方米|m2|万?元|[宗个块])?", re.ASCII)  # 070102 is a class
LONGEST_DITTO = 12
_FRAME = "-*※●■◆【】[]<>《》…~_= "
_PLACES = {"栏次", "列次", "序号", "甲", "乙", "丙", "丁"}
_PLACE = re.compile(r"第?\(?(\d{1,2})\)?[列栏]?(?:=.*)?")
DITTO = frozenset({
    "同上", "同上行", "同上一行", "同上栏", "同上格", "同上表", "同前", "同左", "同右", "同下", "上同", "同",
    "〃", "〝", "〞", "〟", '"', "''", "′′", "“", "”", "“”", "„", "、" * 2, "//", "々", "ditto", "do.",
})  # fmt: skip
_NO_KEY = re.compile(
    r"(?:编号|名称|代码|账号)?(?:待定|待编|待补充?|待填|待分配|未定|未编|暂无|暂缺|暂未编|没有|无|未知|不详|略|空|其他|其它)(?:编号|名称|代码|账号|号)?"
    r"|(?:详?见|同)?附[件表图].{0,4}|另附|详见.{0,6}|tbd|n/?a|na|null|none|nan|[-_/\\\\*.…·#?~、]+"
)
_CODE = r"[a-z0-9._/()-]*\d[a-z0-9._/()-]*"
_FOOTNOTE = re.compile("(?<=.)[①-⓿❶-➓]+$")
_SEVERAL = re.compile(rf"{_CODE}(?:(?:[、,;]|~|至|到){_CODE})+|.*等\d+[块宗个项幅条]")
LONE = "只有这一格有字的行"
MOST_HEADS = 0.6  # share of the cells of a line that are heads where a head was changed on the next page


def skeleton(key: str) -> str:
    """What two codes share that look alike: O and 0, l and 1, dashes, leading zeros. A name without digits is its own."""
    key = _FOOTNOTE.sub("", key)
    bare = folded(key)
    if not re.search("[0-9]", bare):
        return bare
    digits = folded("-".join(key.split())).translate(str.maketrans("oil", "011"))
    return "-".join(part.lstrip("0") or "0" for part in re.findall(r"\d+|[^\d\W_]+", digits))


def is_ditto(value: Any) -> bool:
    """Whether a cell says that it holds what stands in the one above it."""
    return isinstance(value, str) and len(value) <= LONGEST_DITTO and folded(value) in DITTO


def ditto_words(value: Any) -> str:
    """Why a cell that repeats the one above it is not read; empty for any other."""
    return f"“{value.strip()}”不能识别，请写出这一格的内容" if is_ditto(value) else ""


def names_nothing(text: str) -> bool:
    """Whether a folded text says that a cell has no content of its own: 待定, —, 见附件, 同上."""
    return text in DITTO or _NO_KEY.fullmatch(text) is not None


def no_key(key: str, label: str) -> str:
    """Why a text is no key of a row: it says that there is none (待定, —, 见附件); empty for a key."""
    if is_ditto(key):
        return ditto_words(key)
    if _SEVERAL.fullmatch(folded(key)):
        return f"“{key}”像是几个{label}写在一格，请一行写一个"
    return f"“{key}”不是{label}，请填写" if key and _NO_KEY.fullmatch(folded(key)) else ""


def asked_line(doubt: str) -> str:
    """What is asked about a line that ``looks_aside``; empty for none."""
    if doubt == LONE:
        return "这一行只有这一格有字，没有读入；确是一行数据的，请填上其他格"
    return "看起来是合计或说明的行，没有读入；确是一行数据的，请改个名称" if doubt else ""


def times_words(count: int) -> str:
    """A number before a measure word: Chinese counts with 两."""
    return "两" if count == 2 else str(count)  # noqa: PLR2004


def aside(texts: Sequence[str], heads: Iterable[str]) -> str:
    """What a line is that holds no row, in words; empty for a row. ``texts`` are the texts of its cells, ``heads`` those of the table."""
    filled = [text for text in map(folded, texts) if text]
    if not filled:
        return ""
    said = _said(filled[0], is_alone=len(filled) == 1)
    return said or repeated(filled, {folded(head) for head in heads})


def _said(first: str, *, is_alone: bool) -> str:
    """What the first text of a line says of it, with or without a frame of dashes or brackets."""
    bare = first.strip(_FRAME)
    ways = {first, bare, bare[1:-1] if bare[:1] == "(" and bare[-1:] == ")" else bare}
    kinds = [(_TOTAL, TOTAL), (_LABEL, NOTE), (_BARE, NOTE), (_PAGE, PAGE)]
    if is_alone:
        kinds += [(_LONE_PAGE, PAGE), (_HEADING, HEADING), (_LONE_HEADING, HEADING), (_LONE_NOTE, NOTE)]
    return next((what for form, what in kinds if any(form.fullmatch(way) for way in ways)), "")


def repeated(filled: Sequence[str], heads: Collection[str]) -> str:
    """Whether a line repeats the heads, or counts the columns: 1, 2, 3 or 甲, 乙, 1, 2 or 1, 2, 3=1+2."""
    known = [text for text in filled if text in heads]
    if len(known) > 1 and filled[0] in heads and len(known) >= MOST_HEADS * len(filled):
        return HEADS_AGAIN
    named = [text for text in filled if text not in _PLACES]
    counted = [place[1] for text in named if (place := _PLACE.fullmatch(text))]
    least = 2 if len(named) < len(filled) else 3  # 1, 2 may be a row
    return NUMBERS if len(counted) == len(named) >= least and counted == [str(at) for at in range(1, len(counted) + 1)] else ""


def looks_aside(key: str, beside: Iterable[str] = (), *, lone: bool = False) -> str:
    """What a line with this key could be instead of a row, in words, so that a person is asked; empty where it can only be a row.

    A part of a total is one whatever stands in the other cells, ``beside``; a heading or a note has figures there at most.
    Where ``lone``, a line with nothing beside is asked about whatever it says.
    """
    bare, beside = folded(key), [*filter(None, map(folded, beside))]
    if _OF_PART.fullmatch(bare):
        return TOTAL
    if bare.startswith(("*", "※")) or not all(map(_FIGURE.fullmatch, beside)):
        return ""
    other = LONE if lone and bare and not beside else ""
    return next((what for form, what in ((_HEADING, HEADING), (_LONE_NOTE, NOTE)) if form.fullmatch(bare)), other)


def by_fold(keys: Iterable[str]) -> dict[str, list[str]]:
    """Keys by what they are compared by."""
    found = dict[str, list[str]]()
    for key in keys:
        found.setdefault(folded(key), []).append(key)
    return found
