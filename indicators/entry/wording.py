"""How a clause is scored, in the words of one cell: words → rule of the edition format (pure functions).

What the words mean is checked as any rule is; here only their form is read.
"""

import re
from collections.abc import Callable, Mapping
from string import ascii_lowercase
from typing import Any, NamedTuple

Rule = dict[str, Any]
YES = "达标得分"
KINDS = {
    YES: "yes", "是否": "yes", "满足": "pass", "分档": "steps", "线性": "linear", "逐项累计": "checklist", "逐项": "checklist",
    "择一": "choice", "计数": "count", "申报": "claimed",
}  # fmt: skip
_NUMBER = r"(-?[0-9]{1,12}(?:\.[0-9]{1,6})?)"
_LIMIT = re.compile(rf"(>=|<=|>|<|==?){_NUMBER}(%?)(?:(?:[:：,，]得?|得){_NUMBER}分?)?")
_ENDS = re.compile(rf"{_NUMBER}(%?)(?:[:：,，]得?|得){_NUMBER}分?")
_PART = re.compile(rf"(.+?)(?:\s*[:：,，]\s*得?|\s*得|\s+){_NUMBER}\s*分?", re.DOTALL)
_MOST = re.compile(rf"最多得?{_NUMBER}分?")
_EACH = re.compile(rf"每.{{0,6}}?得?{_NUMBER}分?[,，;；]最多得?{_NUMBER}分?")
_SIGNS = str.maketrans("＞＜＝％", "><=%")
_BETWEEN = re.compile(r"\s*[;；\n]\s*")
EXAMPLES = (
    ("满足", "控制项：只看是否满足"),
    ("满足：≥40", "控制项：有限值，另写取值单位"),
    (YES, "规定性条文：达到得本条分值，未达到得0分"),
    ("分档：≥70得3；≥75得6；≥80得8", "按比例或数值分档，另写取值单位；越低越好的写≤"),
    ("线性：30得0；60得8", "两点之间按比例，另写取值单位"),
    ("逐项累计：制定方案得3；建立机制得5", "各项相加，可在末尾写“最多8”"),
    ("择一：未建设得0；部分建成得2；全部建成得5", "选一种情形"),
    ("计数：每项1分，最多5分", "按个数，常用于加分项"),
    ("申报", "由申报单位报整数分，附说明"),
)


_TEXTS = frozenset({"checklist", "choice"})


# Commonest kinds of clauses: type, how it is scored, unit.
TEMPLATES = {
    "控制项": ("控制项", "满足", ""),
    "规定性条文": ("评分项", YES, ""),
    "按比例分档": ("评分项", "分档：≥70得3；≥75得6；≥80得8", "%"),
    "各项相加": ("评分项", "逐项累计：第一项得3；第二项得5", ""),
    "加分项": ("加分项", "计数：每项1分，最多5分", ""),
}


class WordedRule(NamedTuple):
    """A rule as it was read; ``measured``: it asks for a value with a unit, ``percent``: the words say that it is per cent."""

    rule: Rule
    measured: bool = False
    percent: bool = False


def read_rule(words: str, points: float | None) -> WordedRule:
    """Read the words of a cell. Raises ``ValueError`` with what to write instead."""
    text = words.strip().rstrip("。；;")
    name, mark, rest = re.fullmatch(r"([^:：]*)([:：]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    kind = KINDS.get(name.strip())
    if kind is None and text[:1] in set("><≥≤＞＜"):
        kind, rest, mark = "steps", text, ":"
    if kind is None:
        msg = f"读不懂“{words[:20]}”，请以{'、'.join(dict.fromkeys(KINDS))}之一开头，写法见“计分的写法”"
        raise ValueError(msg)
    if kind in {"yes", "claimed"} and mark:
        msg = f"“{name}”后面不用再写"
        raise ValueError(msg)
    return _READERS[kind](rest.strip() if kind in _TEXTS else _signs_of(rest), points)


def _signs_of(text: str) -> str:
    return re.sub(r"[^\S\n]+", "", text.translate(_SIGNS).replace("≥", ">=").replace("≤", "<="))


def _between(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part]


def _number(text: str) -> float:
    return int(text) if re.fullmatch("-?[0-9]+", text) else float(text)


def _yes(_rest: str, points: float | None) -> WordedRule:
    options = [{"key": "no", "text": "未达到", "points": 0}, {"key": "yes", "text": "达到", "points": points}]
    return WordedRule({"kind": "choice", "options": options})


def _pass(rest: str, _points: float | None) -> WordedRule:
    if not rest:
        return WordedRule({"kind": "pass"})
    found = _LIMIT.fullmatch(rest)
    if not found or found[4] is not None:
        msg = "限值写作“满足：≥40”"
        raise ValueError(msg)
    sign = "==" if found[1] == "=" else found[1]
    return WordedRule({"kind": "pass", "op": sign, "at": _number(found[2])}, measured=True, percent=bool(found[3]))


def _steps(rest: str, _points: float | None) -> WordedRule:
    found = [_LIMIT.fullmatch(part) for part in _between(rest)]
    limits = [one for one in found if one and one[4] is not None]
    signs = {one[1][0] for one in limits}
    if not limits or len(limits) < len(found) or len(signs) != 1 or "=" in signs:
        msg = "各档写作“分档：≥70得3；≥75得6”，同一条里都用≥（或>），或者都用≤（或<）"
        raise ValueError(msg)
    steps = [{"at": _number(one[2]), "points": _number(one[4]), **({"exclusive": True} if "=" not in one[1] else {})} for one in limits]
    rule = {"kind": "steps", "better": "higher" if signs == {">"} else "lower", "steps": steps}
    return WordedRule(rule, measured=True, percent=any(one[3] for one in limits))


def _linear(rest: str, _points: float | None) -> WordedRule:
    ends = [_ENDS.fullmatch(part) for part in _between(rest)]
    if len(ends) != len(("from", "to")) or not ends[0] or not ends[1]:
        msg = "起点和终点写作“线性：30得0；60得8”"
        raise ValueError(msg)
    start, stop = ({"at": _number(one[1]), "points": _number(one[3])} for one in ends if one)
    return WordedRule({"kind": "linear", "from": start, "to": stop}, measured=True, percent=bool(ends[0][2] or ends[1][2]))


def _entries(parts: list[str], example: str) -> list[Rule]:
    found = [_PART.fullmatch(part) for part in parts]
    if not found or not all(found) or len(found) > len(ascii_lowercase):
        msg = f"各项写作“{example}”，每项末尾是得分，用分号隔开"
        raise ValueError(msg)
    return [{"key": key, "text": one[1], "points": _number(one[2])} for key, one in zip(ascii_lowercase, found, strict=False) if one]


def _checklist(rest: str, _points: float | None) -> WordedRule:
    parts = _between(rest)
    cap = _MOST.fullmatch(parts[-1]) if parts else None
    entries = _entries(parts[:-1] if cap else parts, "逐项累计：制定方案得3；建立机制得5")
    return WordedRule({"kind": "checklist", "parts": entries, **({"cap": _number(cap[1])} if cap else {})})


def _choice(rest: str, _points: float | None) -> WordedRule:
    return WordedRule({"kind": "choice", "options": _entries(_between(rest), "择一：未建设得0；建成得5")})


def _count(rest: str, _points: float | None) -> WordedRule:
    found = _EACH.fullmatch(rest)
    if not found:
        msg = "写作“计数：每项1分，最多5分”"
        raise ValueError(msg)
    return WordedRule({"kind": "count", "each": _number(found[1]), "cap": _number(found[2])})


_READERS: Mapping[str, Callable[[str, float | None], WordedRule]] = {
    "yes": _yes, "pass": _pass, "steps": _steps, "linear": _linear, "checklist": _checklist, "choice": _choice, "count": _count,
    "claimed": lambda _rest, _points: WordedRule({"kind": "claimed"}),
}  # fmt: skip
