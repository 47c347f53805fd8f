"""Desk tasks apart from steps of cases: extensions and rectifications to decide, and proposals for loss of title."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.urls import reverse

from approvals.losses.selectors import cancel_proposals, revocation_candidates
from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.requests.models import ExtensionRequest, ExtensionState, Rectification, RectificationState
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.django_internals import Compiled
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.todo import Task

EXTENSION_TURN: dict[str, Role] = {ExtensionState.ASKED: Role.CITY_OFFICER, ExtensionState.DECIDING: Role.CITY_DIRECTOR}
RECTIFICATION_TURN: dict[str, Role] = {RectificationState.PROPOSED: Role.CITY_CHECKER, RectificationState.DECIDING: Role.CITY_DIRECTOR}


def asked_tasks(held: HeldPosts) -> Iterator[Task]:
    """Extensions and rectifications waiting for one of the person's posts."""
    turn = EXTENSION_TURN if is_directors("extend") else {**EXTENSION_TURN, ExtensionState.DECIDING: Role.CITY_CHECKER}
    yield from _asked(ExtensionRequest, held, turn, "延期申请")
    yield from _asked(Rectification, held, RECTIFICATION_TURN, "更正")


def _asked(model: type[ExtensionRequest] | type[Rectification], held: HeldPosts, turn: dict[str, Role], words: str) -> Iterator[Task]:
    states = [state for state, role in turn.items() if role in held.roles]
    if not states:
        return
    own = ("asked_at", "was_due") if model is ExtensionRequest else ("proposed_at",)
    columns = ("status", *own, "case__number", "case__district__name", "case__district__is_demo")
    rows: Iterable[ExtensionRequest | Rectification] = (
        model._default_manager.filter(status__in=states).select_related("case__district").only(*columns)
    )
    for row in rows:
        extension = isinstance(row, ExtensionRequest)
        step = (EXTENSION if extension else RECTIFICATION).state(row.status).label
        yield Task(
            title=f"{words}{step}",
            subject=f"{row.case.district.name} {row.case.number or ''}".strip(),
            link=reverse("approvals:case", args=[row.case_id]),
            since=row.asked_at if isinstance(row, ExtensionRequest) else row.proposed_at,
            due=row.was_due if isinstance(row, ExtensionRequest) else None,
            kind="extension" if extension else "rectification",
            is_demo=row.is_demo,
        )


TO_CANCEL = Compiled(
    lambda: cancel_proposals().select_related(None).select_related("district").only("number", "district__name", "district__is_demo")
)


def proposal_tasks(today: dt.date) -> Iterator[Task]:
    """Tasks of the officer: failed acceptances and repeated failures for which no loss-of-title case is open.

    Under 八（三） the title of a pilot whose acceptance failed is cancelled, so opening the case is a duty of the city.
    """
    for case in TO_CANCEL.read():
        yield Task(
            title="终期验收未通过，须办理取消试点称号",
            subject=f"{case.district.name} {case.number}",
            link=reverse("approvals:case", args=[case.pk]),
            kind="loss",
            is_demo=case.is_demo,
        )
    for district, failed in revocation_candidates(today):
        yield Task(
            title=f"连续{len(failed)}次评估不合格，核对是否撤销称号",
            subject=district.name,
            link=reverse("approvals:loss_list"),
            kind="loss",
            is_demo=district.is_demo,
        )
