"""Services of panel opinions: created at the conclusion, assigned to a responsible body, replied and checked."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction

from assessments.opinions.models import OpinionState, PanelOpinion
from assessments.opinions.rules import ReviewedMatter, may_name_body
from assessments.opinions.selectors import bodies_to_answer
from assessments.reviews.models import Review
from assessments.reviews.selectors.agenda import final_comments
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event

Line = TypeVar("Line", bound=PanelOpinion)
WHO_NAMES = "责任单位由申报主体、市级经办或评审秘书填写"


def draw_up(*, matter: ReviewedMatter, review: Review, model: type[Line], by: User | None) -> list[Line]:
    """Create opinions from comments tied to clauses, keeping those of earlier panels. Runs in the conclusion's transaction."""
    first, now, applicant = matter.review_opinions.count() + 1, clock.now(), matter.applicant
    made = model._default_manager.bulk_create(
        model(
            **{model.MATTER: matter}, review=review, number=number, field=fitted(model, "field", one["chapter"]),
            item_id=one["item_id"], item_title=fitted(model, "item_title", one["title"]), text=one["text"], kind=one["kind"],
            organisation=applicant, body=fitted(model, "body", applicant.name) if applicant else "", drawn_up_at=now,
        )
        for number, one in enumerate(final_comments(review), first)
    )  # fmt: skip
    if made:
        audit.record(action="opinion.draw_up", by=by, obj=made[0].matter, data={"review": review.pk, "count": len(made)})
        notify_event(made[0], BEGUN, values={"count": len(made)})
    return made


def answered(_opinion: PanelOpinion, by: User | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a reply to store with the new state; the earlier check is cleared."""
    return {"reply": values["reply"], "replied_at": clock.now(), "replied_by": by, "note": "", "checked_at": None, "checked_by": None}


def on_reply(taken: Taken) -> None:
    """Store the file of the reply, if any."""
    row, upload = taken.obj, taken.values.get("upload")
    if upload:
        row.document = store(owner=row, upload=upload, kind="评审意见答复", title=f"评审意见第{row.number}条答复材料", by=taken.person)


def on_check(taken: Taken) -> None:
    """Store the result of the check."""
    row = taken.obj
    row.note, row.checked_at, row.checked_by = taken.record.reason, clock.now(), taken.by


@transaction.atomic
def name_body(*, opinion: Line, organisation: int | None = None, body: str = "", version: int, by: User) -> Line:
    """Set the responsible body of an open opinion: ``organisation`` (key) of the portal, or the name ``body`` of another one.

    The opinion keeps its state. People of the organisation are notified and get a task. Raises ``Stale``, ``NotAllowed``, ``Refused``.
    """
    row: Line = hold(opinion)
    hold_version(row, version)
    NotAllowed.unless(may_name_body(posts_of(by), row.matter), WHO_NAMES)
    if row.status == OpinionState.CLOSED:
        raise Refused([Refusal("已销号的不再更改", field="organisation")])
    chosen, name = _chosen_body(row.matter, organisation, body.strip())
    row.organisation, row.body = chosen, fitted(row, "body", name)
    row.version += 1
    row.save(update_fields=["organisation", "body", "version"])
    audit.record(action="opinion.name_body", by=by, obj=row, data={"body": row.body, "organisation": organisation})
    if row.status == OpinionState.OPEN:
        notify_event(row, "body_named", by, mark=row.version)
    return row


def _chosen_body(matter: ReviewedMatter, organisation: int | None, name: str) -> tuple[Organisation | None, str]:
    """The organisation or the name chosen; exactly one must be given. Raises ``Refused``."""
    if organisation is None:
        if not name:
            raise Refused([Refusal("请选择责任单位，或填写平台外单位的名称", field="organisation")])
        return None, name
    chosen = bodies_to_answer(matter).filter(pk=organisation).first()
    if chosen is None:
        raise Refused([Refusal("请在列出的单位中选择；其他单位填写名称", field="organisation")])
    if name:
        raise Refused([Refusal("已选平台内的单位，不再填写平台外单位", field="body")])
    return chosen, chosen.name
