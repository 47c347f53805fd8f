"""Opinions of a panel, closed one by one: drawn up at the conclusion, replied, compared, closed."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from approvals.lifecycle.opinion import OPINION
from approvals.models import Case, ReviewOpinion
from approvals.rules import REPLYING, may_name_body, may_reply_opinion
from approvals.selectors.opinions import bodies_to_answer
from approvals.services.telling import people, tell_of
from assessments.models import Review
from assessments.selectors.review_agenda import final_comments
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.workflow.services import perform

MOST_REPLY = 4000


def draw_up(*, case: Case, review: Review, by: User) -> list[ReviewOpinion]:
    """Make the list from the comments bound to clauses; what an earlier panel asked for stays on it. Runs in the conclusion."""
    first, now = case.review_opinions.count() + 1, clock.now()
    made = ReviewOpinion.objects.bulk_create(
        ReviewOpinion(
            case=case, review=review, number=number, field=one.chapter[:60], item_id=one.item_id, item_title=one.title[:200], text=one.text,
            kind=one.kind, organisation=case.applicant, body=case.applicant.name[:120], drawn_up_at=now,
        )
        for number, one in enumerate(final_comments(review), first)
    )  # fmt: skip
    if made:
        audit.record(action="opinion.draw_up", by=by, obj=case, data={"review": review.pk, "count": len(made)})
        _tell(case, f"opinions:{review.pk}", ("preparer", "signer"), f"评审意见{len(made)}条，请逐条答复")
    return made


def _locked(opinion: ReviewOpinion, version: int | None) -> ReviewOpinion:
    rows = ReviewOpinion.objects.select_for_update(of=("self",)).select_related("case__district", "case__applicant", "organisation")
    current = rows.get(pk=opinion.pk)
    if version is not None and current.version != version:
        msg = f"第{current.number}条期间已有人办理，请核对最新情况后再办"
        raise Stale(msg, current=current)
    return current


@transaction.atomic
def reply(
    *, opinion: ReviewOpinion, text: str, upload: "UploadedFile[Any] | None" = None, version: int | None = None, by: User
) -> ReviewOpinion:
    """Answer one opinion for the responsible body, with a file where there is one. Raises ``Stale``, ``NotAllowed``, ``Refused``."""
    row = _locked(opinion, version)
    if not text.strip():
        raise Refused([Refusal("请写明修改情况；不采纳的建议写明理由", field="reply")])
    if row.status != "closed" and not may_reply_opinion(by, row):
        msg = "评审意见由责任单位或申报主体答复"
        raise NotAllowed(msg)
    row.reply, row.replied_at, row.replied_by = text.strip()[:MOST_REPLY], clock.now(), by
    row.note, row.checked_at, row.checked_by = "", None, None
    if upload is not None:
        row.document = store(owner=row, upload=upload, kind="评审意见答复", title=f"评审意见第{row.number}条答复材料", by=by)
    _keep(row, "reply", "document", "replied_at", "replied_by", "note", "checked_at", "checked_by")
    perform(machine=OPINION, obj=row, action="reply", by=by)
    if not row.case.review_opinions.filter(status="open").exists():
        _tell(row.case, f"opinions-replied:{row.pk}:{row.version}", ("officer", "secretary"), "评审意见已逐条答复，请复核")
    return row


@transaction.atomic
def check(*, opinion: ReviewOpinion, action: str, note: str, version: int | None = None, by: User) -> ReviewOpinion:
    """Compare a reply: ``close`` it, or ``send_back`` with what is lacking. Raises ``Stale``, ``NotAllowed``, ``Refused``."""
    row = _locked(opinion, version)
    perform(machine=OPINION, obj=row, action=action, by=by, reason=note)
    row.note, row.checked_at, row.checked_by = note.strip()[:500], clock.now(), by
    _keep(row, "note", "checked_at", "checked_by")
    if action == "send_back":
        words = f"评审意见第{row.number}条退回再答：{row.note}"
        _tell(row.case, f"opinion-back:{row.pk}:{row.version}", ("preparer", "signer"), words, also=_people_of(row))
    elif not row.case.review_opinions.exclude(status="closed").exists():
        _tell(row.case, f"opinions-closed:{row.pk}", ("preparer", "signer"), "评审意见已全部销号")
    return row


@transaction.atomic
def name_body(
    *, opinion: ReviewOpinion, organisation: int | None = None, body: str = "", version: int | None = None, by: User
) -> ReviewOpinion:
    """Say which body answers for an opinion that is not closed: ``organisation`` (key) of the portal, or the name of a body outside.

    The organisation's people are told and find it on their work desk. Raises ``Stale``, ``NotAllowed``, ``Refused``.
    """
    row = _locked(opinion, version)
    if not may_name_body(by, row.case):
        msg = "责任单位由申报主体、市级经办或评审秘书填写"
        raise NotAllowed(msg)
    if row.status == "closed":
        raise Refused([Refusal("已销号的不再更改", field="organisation")])
    chosen, name = _chosen_body(row.case, organisation, body.strip())
    row.organisation, row.body = chosen, name[:120]
    _keep(row, "organisation", "body")
    audit.record(action="opinion.name_body", by=by, obj=row, data={"body": row.body, "organisation": organisation})
    if chosen is not None and row.status == "open":
        told = [user for user in _people_of(row) if user.pk != by.pk]
        _tell(row.case, f"opinion-body:{row.pk}:{row.version}", (), f"评审意见第{row.number}条由贵单位答复", also=told)
    return row


def _chosen_body(case: Case, organisation: int | None, name: str) -> tuple[Organisation | None, str]:
    """The one body that was named, of the portal or outside. Raises ``Refused``."""
    if organisation is None:
        if not name:
            raise Refused([Refusal("请选择责任单位，或填写平台外单位的名称", field="organisation")])
        return None, name
    chosen = bodies_to_answer(case).filter(pk=organisation).first()
    if chosen is None:
        raise Refused([Refusal("请在列出的单位中选择；其他单位填写名称", field="organisation")])
    if name:
        raise Refused([Refusal("已选平台内的单位，不再填写平台外单位", field="body")])
    return chosen, chosen.name


def _people_of(row: ReviewOpinion) -> list[User]:
    """Who replies for the body of the portal that an opinion was given to."""
    body = row.organisation
    if body is None:
        return []
    found = list(holders(*REPLYING, organisation_ids={body.pk}))
    if body.kind in {OrganisationKind.AUTHORITY, OrganisationKind.BUREAU}:
        found += holders(Role.AUTHORITY, organisation_ids={body.pk, *body.bodies.values_list("pk", flat=True)})
    return found


def _keep(row: ReviewOpinion, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _tell(case: Case, key: str, parties: tuple[str, ...], words: str, *, also: Iterable[User] = ()) -> None:
    receivers = dict.fromkeys((*people(case, *parties), *also))
    tell_of(case, receivers, key=key, words=words, page=reverse("approvals:case_opinions", args=[case.pk]))
