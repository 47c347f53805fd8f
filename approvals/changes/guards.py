"""Guards of the steps of a change; facts are ``CHANGE_FACTS``."""

from collections.abc import Iterable

from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question, reads

ON_PAPER = "来件"


@reads("change")
def change_holds(_question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """The change is complete, alters something and can be applied."""
    return against


@reads("came")
def entered_from_paper(_question: Question, came: str) -> Iterable[Refusal]:
    """The change came on paper (代录), so the officer may act for the applicant."""
    if came != ON_PAPER:
        yield Refusal("这件变更由申报主体在平台上提出，不是书面来件", remedy="由申报主体的填报人和审核人办理")


@reads("chain")
def director_decides(_question: Question, chain: tuple[str, ...]) -> Iterable[Refusal]:
    """The last link of the settings' chain is 审定."""
    if "审定" not in chain:
        yield Refusal("参数设定此类变更由市级审核决定，不报审定", remedy="办理“同意变更”")


@reads("chain")
def checker_decides(_question: Question, chain: tuple[str, ...]) -> Iterable[Refusal]:
    """The last link of the settings' chain is 审核."""
    if "审定" in chain:
        yield Refusal("此类变更须经市级审定", required="、".join(chain), remedy="办理“同意，报审定”")
