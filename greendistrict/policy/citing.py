"""Cites the policy in letters: full title and number, article, and the quoted sentence."""

import datetime as dt
import re
from typing import NamedTuple

from greendistrict.core import clock
from greendistrict.policy import letter_texts
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policies, policy_in_force
from greendistrict.policy.types import Policy

CITE = re.compile(r"([一二三四五六七八九])（([一二三四五六七八九])）(\d?)")


class Sentence(NamedTuple):
    """A sentence of 沪住建规范联〔2023〕13号 and its place; a test compares it with the text character by character."""

    cite: str
    words: str


LED_WITH_OTHERS = Sentence(
    "五（一）", "由市住房城乡建设管理委牵头，会同市规划资源局、市发展改革委、市财政局等部门协同推进本市绿色生态城区建设"
)
YEARLY_PLAN = Sentence("六（三）", "合理编制绿色生态城区实施计划，并报市住房城乡建设管理委")
CONSULTED_ALLOCATED = Sentence(
    "七（二）1", "建设单位在申办建设项目规划土地意见书之前，规划资源部门要通过行政协助征询住房城乡建设管理部门意见"
)
CONSULTED_GRANTED = Sentence(
    "七（二）1",
    "在土地出让前，规划资源部门要向同级相关管理部门征询出让条件，住房城乡建设管理部门要提出绿色生态相关指标要求，并纳入土地出让合同",
)
DESIGN = Sentence("七（二）2", "规划资源管理部门就相关事项限时征求交通、交警、绿化市容等必询部门和其他选询部门意见")
FILED = Sentence("八（一）", "由申报主体提出申请，经区政府批复后，报市住房城乡建设管理委")
EXAMINED = Sentence("八（一）", "市住房城乡建设管理委组织专家按照绿色生态相关标准，对申报城区进行技术审查")
PILOT_GRANTED = Sentence("八（一）", "审查通过的项目，由市住房城乡建设管理委授予“上海市绿色生态城区试点”称号")
SELF_CHECKED = Sentence("八（二）", "每年对试点城区建设情况开展自评估，向市住房城乡建设管理委提交自评报告和自评分表")
STAGE_ASSESSED = Sentence("八（二）", "对于获得绿色生态城区试点称号的项目，市住房城乡建设管理委将每三年组织开展阶段评估工作")
ACCEPTED = Sentence("八（三）", "由专家结合现场核查情况和会议沟通情况等对试点城区进行验收审查")
DEMONSTRATION_GRANTED = Sentence("八（三）", "审查结果通过的，授予“上海市绿色生态城区示范”称号")
PILOT_CANCELLED = Sentence("八（三）", "审查结果未通过的，取消“上海市绿色生态城区试点”称号")
REPORTED = Sentence("八（四）", "要定期提交绿色生态建设自评估报告和运营工作报告，并接受市住房城乡建设管理委的监督检查和评估")
TITLE_REVOKED = Sentence("八（四）", "对未按照绿色生态相关要求实施且连续两次评估不合格的城区，撤销其称号")
SENTENCES = (
    LED_WITH_OTHERS, YEARLY_PLAN, CONSULTED_ALLOCATED, CONSULTED_GRANTED, DESIGN, FILED, EXAMINED, PILOT_GRANTED, SELF_CHECKED,
    STAGE_ASSESSED, ACCEPTED, DEMONSTRATION_GRANTED, PILOT_CANCELLED, REPORTED, TITLE_REVOKED,
)  # fmt: skip


def policy_of(day: dt.date | None = None) -> Policy:
    """Policy in force on the day (default today); the newest if none is in force."""
    try:
        return policy_in_force(day or clock.today())
    except NoPolicyInForce:
        return policies()[-1]


def _is_before_any(day: dt.date | None) -> bool:
    """Whether the first policy was not in force yet; what was done then rests on documents that the portal does not have."""
    return day is not None and day < min(policy.in_force for policy in policies())


def named(day: dt.date | None = None) -> str:
    """Full title and number: 《…》（…号）; a blank to fill in for a day before the first policy."""
    policy = policy_of(day)
    return letter_texts.BLANK if _is_before_any(day) else f"《{policy.title}》（{policy.code}）"


def issuer(day: dt.date | None = None) -> str:
    """Full name of the body in charge of the programme, which signs the city's letters."""
    return policy_of(day).lead_full


def article(cite: str) -> str:
    """八（三） as 第八部分第（三）项, 七（二）1 as 第七部分第（二）项第1点: the text is numbered 八、（三）1, it has no articles."""
    found = CITE.fullmatch(cite)
    if found is None:
        msg = f"no article: {cite}"
        raise ValueError(msg)
    return f"第{found[1]}部分第（{found[2]}）项{f'第{found[3]}点' if found[3] else ''}"


def clause(cite: str, day: dt.date | None = None) -> str:
    """Full title, number and article; a blank to fill in for a day before the first policy."""
    return named(day) if _is_before_any(day) else f"{named(day)}{article(cite)}"


def cited(sentence: Sentence, day: dt.date | None = None) -> str:
    """Full title, number, article and quotation: 《…》（…号）第八部分第（三）项“…”的规定; quotation marks inside become single ones.

    Nothing is quoted for a day before the first policy.
    """
    if _is_before_any(day):
        return f"{named(day)}的规定"
    words = sentence.words.replace("“", "‘").replace("”", "’")
    return f"{clause(sentence.cite, day)}“{words}”的规定"
