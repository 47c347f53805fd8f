"""Lines that an office writes under, above or between the rows of a table: totals, notes, repeated heads (pure functions)."""

import re
from collections.abc import Iterable, Sequence

from greendistrict.core.folded_keys import folded

_TOTALS = (
    "合计|小计|总计|共计|累计|总和|汇总|计|平均|平均值|平均数|均值|加权平均|加权平均值|中位数|最大值|最小值|total|subtotal|sum|average|mean"
)
# 一期合计 or 2027年小计: whose total it is stands before the word, a unit, a colon or a figure after it.
_TOTAL = re.compile(rf"(?:本页|本表|全部|全区|全市|以上|上述|各项|分项)?(?:{_TOTALS})(?:\(.*\))?(?::.*|[\d.,%/-]*)?")
_OF_PART = re.compile(r".{1,20}(?:合计|小计|总计|共计|汇总|平均值|平均数)(?:\(.*\))?:?|其中:?.{0,20}|其余:?.{0,20}")
_NOTE = re.compile(
    r"(?:备?注\d*|说明|填表说明|填报说明|单位|计量单位|数据来源|资料来源|制表人?|填表人?|填报人|审核人?|复核人?|负责人|联系人|联系电话"
    r"|填报单位|填表单位|填报日期|填表日期|制表日期|日期|盖章|签字|签章)[:(].*"
    r"|(?:注|备注|说明|以下空白|此页空白|本页空白|\(?(?:公章|盖章|签字|签章)\)?)"
)


def skeleton(key: str) -> str:
    """What two codes share that look alike: O and 0, l and 1, dashes, leading zeros. A name without digits is its own."""
    bare = folded(key)
    if not re.search("[0-9]", bare):
        return bare
    digits = bare.translate(str.maketrans("oil", "011"))
    return "-".join(part.lstrip("0") or "0" for part in re.findall(r"\d+|[^\d\W_]+", digits))


def aside(texts: Sequence[str], heads: Iterable[str]) -> str:
    """What a line is that holds no row, in words; empty for a row. ``texts`` are the texts of its cells, ``heads`` those of the table."""
    filled = [text for text in map(folded, texts) if text]
    if not filled:
        return ""
    if _TOTAL.fullmatch(filled[0]):
        return "合计或平均的行"
    if _NOTE.fullmatch(filled[0]):
        return "说明的行"
    known = {folded(head) for head in heads}
    if len(filled) > 1 and known.issuperset(filled):
        return "重复的表头"
    if len(filled) > 2 and filled == [str(at) for at in range(1, len(filled) + 1)]:  # noqa: PLR2004 -- 1, 2 may be a row
        return "栏次的行"
    return ""


def looks_aside(key: str) -> bool:
    """Whether the key of a row could name a total or a part of one, so that a person is asked."""
    return bool(_OF_PART.fullmatch(folded(key)))
