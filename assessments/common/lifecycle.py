"""Transitions shared by several machines: filing by two people of the applicant, conclusion by three people of the city."""

from collections.abc import Iterator, Mapping
from typing import Any

from assessments.common import rules
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Guard, Seat, Transition

PREPARER = Seat("preparer", "申报主体填报人", rules.prepares)
SIGNER = Seat("reviewer", "申报主体审核人（与送审人不是同一人）", rules.signs)
REVIEWER = Seat("reviewer", "申报主体审核人", rules.signs_any)
OFFICER = Seat("city_officer", "市级经办", rules.is_officer)
CHECKER = Seat("city_checker", "市级审核（与拟定人不是同一人）", rules.checks)
DIRECTOR = Seat("city_director", "市级审定（与拟定人不是同一人）", rules.decides)


def unfounded(judged: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]) -> Iterator[Refusal]:
    """What was found against a party without a word on what that rests on; ``titles`` by key of ``judged``."""
    for key, title in titles.items():
        line = judged.get(key, {})
        if line.get("holds") is False and not str(line.get("note") or "").strip():
            yield Refusal(f"“{title}”没有写明依据", remedy="核定为未建立、不符合的，写明依据", field=f"note-{key}")


def filing(
    *,
    complete: Guard,
    handed_up: str,
    signed: str,
    recalled: str = "",
    returned: str = "draft",
    return_message: str = "",
) -> tuple[Transition, ...]:
    """Transitions of handing up, signing, recall and return; ``returned`` is the target of a return."""
    open_states = tuple(dict.fromkeys(("draft", returned)))
    return (
        Transition("hand_up", "提交审核", open_states, "signing", (PREPARER,), (complete,), handed_up, tone="primary"),
        Transition("take_back", "撤回送审", ("signing",), "draft", (PREPARER,), message="撤回后可以继续修改"),
        Transition("send_back", "退回填报", ("signing",), "draft", (SIGNER,), reason_required=True),
        Transition("sign", "签发并报送", ("signing",), "filed", (SIGNER,), (complete,), signed, confirm=True, tone="primary"),
        Transition("recall", "撤回报送", ("filed",), "draft", (REVIEWER,), message=recalled, reason_required=True),
        Transition(
            "return",
            "退回补充",
            ("filed",),
            returned,
            (OFFICER,),
            message=return_message,
            tone="danger",
            reason_required=True,
        ),
    )


def checking(*, back: str) -> tuple[Transition, ...]:
    """Transitions of 审核 with the ways back to the officer in the state ``back``."""
    return (
        Transition("check", "审核同意", ("checking",), "deciding", (CHECKER,), tone="primary"),
        Transition("check_back", "退回经办", ("checking",), back, (CHECKER,), reason_required=True),
        Transition("decide_back", "退回重拟", ("deciding",), back, (DIRECTOR,), reason_required=True),
    )


def deciding(*, good: Guard, bad: Guard, failed: str, consequence: str) -> tuple[Transition, ...]:
    """Transitions of 审定: 合格, or 不合格 into the state ``failed``."""
    return (
        Transition("qualify", "审定为合格", ("deciding",), "qualified", (DIRECTOR,), (good,), confirm=True, tone="primary"),
        Transition(
            "disqualify",
            "审定为不合格",
            ("deciding",),
            failed,
            (DIRECTOR,),
            (bad,),
            consequence,
            confirm=True,
            tone="danger",
            adverse=True,
        ),
    )
