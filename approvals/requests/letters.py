"""Decision on a requested extension of a deadline of a case, as a draft letter."""

from collections.abc import Iterator
from functools import partial

from approvals.cases.letters.examination import LetterKind, as_part, contact, day_of, filed, reason_of
from approvals.cases.models.cases import Case
from approvals.cases.selectors.presence import may_have
from approvals.requests.models import ExtensionRequest, ExtensionState
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing
from greendistrict.workflow.letters import Letter

DECIDED = frozenset({ExtensionState.GRANTED, ExtensionState.REFUSED})


def extensions_of(case: Case) -> Iterator[LetterKind]:
    """One letter per request: readable by the city as a draft while the request is open, by others once it is decided."""
    for asked in case.extensions.order_by("asked_at", "pk") if may_have(case, "extensions") else ():
        if asked.status != ExtensionState.WITHDRAWN:
            title = f"{asked.get_deadline_display()}延期的复函"
            yield LetterKind(f"extension-{asked.pk}", title, _always, partial(_is_decided, asked), partial(_extension, asked))


def _is_decided(asked: ExtensionRequest, case: Case) -> bool:
    del case
    return asked.status in DECIDED


def _always(case: Case) -> bool:
    del case
    return True


def _extension(asked: ExtensionRequest, case: Case) -> Letter:
    day, what = day_of(asked.decided_at), asked.get_deadline_display()
    refused = asked.status == ExtensionState.REFUSED
    agreed = (
        f"经研究，同意将{what}由{cn_date(asked.was_due)}延至{cn_date(asked.until)}（含当日）。请在延长的期限内办理，期满不再延长的，按平台办理规则继续办理。"
        if not refused
        else f"经研究，不同意延期，{what}仍为{cn_date(asked.was_due)}。{reason_of(asked, 'refuse')}"
    )
    return Letter(
        title=f"关于{'不' if refused else ''}同意{filed(case)}{what}延期的复函",
        to=case.applicant.name,
        paragraphs=(
            f"你单位于{cn_date(day_of(asked.asked_at))}因{as_part(asked.reason)}提出的{what}延期申请收悉。",
            f"{citing.named(day)}没有规定{what}，该期限依据平台办理规则确定。{agreed}",
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )
