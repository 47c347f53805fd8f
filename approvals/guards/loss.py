"""What stands against a step of a loss of title; facts are those of ``approvals.lossfacts``."""

import datetime as dt
from collections.abc import Iterable, Sequence

from approvals.guards import handed
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question

BASIS = "惯例（不利决定）"


@handed("against")
def grounds_hold(question: Question, against: Sequence[Refusal]) -> Iterable[Refusal]:
    """The district holds the title and everything the policy asks before it is taken away is there: 八（三）, both halves of 八（四）."""
    del question
    return against


@handed("missing")
def file_written(question: Question, missing: Sequence[str]) -> Iterable[Refusal]:
    """Facts and basis are written down before anybody is asked to agree."""
    del question
    for what in missing:
        yield Refusal(f"请填写{what}", remedy="填写事实和依据")


@handed("chain")
def checker_asked(question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """Settings ``approval_chain.cancel_or_revoke`` name 审核."""
    del question
    if "审核" not in chain:
        yield Refusal("参数设定取消、撤销不经审核环节", remedy="办理“转事先告知”")


@handed("chain")
def checker_left_out(question: Question, chain: Sequence[str]) -> Iterable[Refusal]:
    """Settings ``approval_chain.cancel_or_revoke`` do not name 审核."""
    del question
    if "审核" in chain:
        yield Refusal("须先经市级审核同意", required="、".join(chain), remedy="办理“提交审核”")


@handed("on", "hearing_due")
def hearing_over(question: Question, on: dt.date, due: dt.date | None) -> Iterable[Refusal]:
    """The term for 陈述申辩 is over."""
    del question
    if due is None or on <= due:
        shown = f"{due.year}年{due.month}月{due.day}日" if due else "未登记告知"
        yield Refusal("陈述申辩期限未满", required=f"{shown}以后", found=f"{on.year}年{on.month}月{on.day}日", remedy="期满后登记未陈述")


@handed("on", "hearing_due")
def hearing_open(question: Question, on: dt.date, due: dt.date | None) -> Iterable[Refusal]:
    """The term for 陈述申辩 runs; what comes later is heard all the same, entered by the officer."""
    del question
    if due is not None and on > due:
        yield Refusal("陈述申辩期限已过", found=f"截至{due.year}年{due.month}月{due.day}日", remedy="请联系市级经办代为登记")
