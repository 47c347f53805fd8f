"""Guards of the steps of a change; facts are ``CHANGE_FACTS``."""

from collections.abc import Iterable

from approvals.cases.guards import handed
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question

ON_PAPER = "来件"


@handed("change")
def change_holds(question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """The change is complete, alters something and can be applied."""
    del question
    return against


@handed("came")
def entered_from_paper(question: Question, came: str) -> Iterable[Refusal]:
    """The change came on paper (代录), so the officer may act for the applicant."""
    del question
    if came != ON_PAPER:
        yield Refusal("这件变更由申报主体在平台上提出，不是书面来件", remedy="由申报主体的填报人和审核人办理")


@handed("chain")
def director_decides(question: Question, chain: tuple[str, ...]) -> Iterable[Refusal]:
    """The last link of the settings' chain is 审定."""
    del question
    if "审定" not in chain:
        yield Refusal("参数设定此类变更由市级审核决定，不报审定", remedy="办理“同意变更”")


@handed("chain")
def checker_decides(question: Question, chain: tuple[str, ...]) -> Iterable[Refusal]:
    """The last link of the settings' chain is 审核."""
    del question
    if "审定" in chain:
        yield Refusal("此类变更须经市级审定", required="、".join(chain), remedy="办理“同意，报审定”")
