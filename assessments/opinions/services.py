"""Opinions of a panel, closed one by one: drawn up at the conclusion, replied, compared, closed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.opinions.models import PanelOpinion
from assessments.opinions.rules import REPLYING, Judged, may_name_body, may_reply_opinion
from assessments.opinions.selectors import bodies_to_answer
from assessments.reviews.models.review import Review
from assessments.reviews.selectors.agenda import final_comments
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.services import perform

MOST_REPLY = 4000
APPLICANT, HANDLERS = ("preparer", "signer"), ("officer", "secretary")
Line = TypeVar("Line", bound=PanelOpinion)


@dataclass(frozen=True)
class OpinionLife:
    """The opinions of one kind of matter: their machine, and how those whom they concern are told.

    ``tell(matter, key, parties, words, also)`` sends one message to the parties' people and to ``also``.
    """

    machine: Machine
    tell: Callable[[Any, str, tuple[str, ...], str, Iterable[User]], None]

    def draw_up(self, *, matter: Judged, review: Review, model: type[Line], by: User | None) -> list[Line]:
        """Make the list from the comments bound to clauses; what an earlier panel asked for stays on it. Runs in the conclusion."""
        first, now, applicant = matter.review_opinions.count() + 1, clock.now(), matter.applicant
        made = model._default_manager.bulk_create(
            model(
                **{model.MATTER: matter}, review=review, number=number, field=one.chapter[:60], item_id=one.item_id,
                item_title=one.title[:200], text=one.text, kind=one.kind, organisation=applicant,
                body=applicant.name[:120] if applicant else "", drawn_up_at=now,
            )
            for number, one in enumerate(final_comments(review), first)
        )  # fmt: skip
        if made:
            audit.record(action="opinion.draw_up", by=by, obj=made[0].matter, data={"review": review.pk, "count": len(made)})
            self.tell(matter, f"opinions:{review.pk}", APPLICANT, f"评审意见{len(made)}条，请逐条答复", ())
        return made

    @transaction.atomic
    def reply(self, *, opinion: Line, text: str, upload: "UploadedFile[Any] | None" = None, version: int | None = None, by: User) -> Line:
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
        perform(machine=self.machine, obj=row, action="reply", by=by)
        if not row.matter.review_opinions.filter(status="open").exists():
            self.tell(row.matter, f"opinions-replied:{row.pk}:{row.version}", HANDLERS, "评审意见已逐条答复，请复核", ())
        return row

    @transaction.atomic
    def check(self, *, opinion: Line, action: str, note: str, version: int | None = None, by: User) -> Line:
        """Compare a reply: ``close`` it, or ``send_back`` with what is lacking. Raises ``Stale``, ``NotAllowed``, ``Refused``."""
        row = _locked(opinion, version)
        perform(machine=self.machine, obj=row, action=action, by=by, reason=note)
        row.note, row.checked_at, row.checked_by = note.strip()[:500], clock.now(), by
        _keep(row, "note", "checked_at", "checked_by")
        if action == "send_back":
            words = f"评审意见第{row.number}条退回再答：{row.note}"
            self.tell(row.matter, f"opinion-back:{row.pk}:{row.version}", APPLICANT, words, _people_of(row))
        elif not row.matter.review_opinions.exclude(status="closed").exists():
            self.tell(row.matter, f"opinions-closed:{row.pk}", APPLICANT, "评审意见已全部销号", ())
        return row

    @transaction.atomic
    def name_body(
        self, *, opinion: Line, organisation: int | None = None, body: str = "", version: int | None = None, by: User
    ) -> Line:  # fmt: skip
        """Say which body answers for an opinion that is not closed: ``organisation`` (key) of the portal, or the name of a body outside.

        The organisation's people are told and find it on their work desk. Raises ``Stale``, ``NotAllowed``, ``Refused``.
        """
        row = _locked(opinion, version)
        if not may_name_body(by, row.matter):
            msg = "责任单位由申报主体、市级经办或评审秘书填写"
            raise NotAllowed(msg)
        if row.status == "closed":
            raise Refused([Refusal("已销号的不再更改", field="organisation")])
        chosen, name = _chosen_body(row.matter, organisation, body.strip())
        row.organisation, row.body = chosen, name[:120]
        _keep(row, "organisation", "body")
        audit.record(action="opinion.name_body", by=by, obj=row, data={"body": row.body, "organisation": organisation})
        if chosen is not None and row.status == "open":
            told = [user for user in _people_of(row) if user.pk != by.pk]
            self.tell(row.matter, f"opinion-body:{row.pk}:{row.version}", (), f"评审意见第{row.number}条由贵单位答复", told)
        return row


def _locked(opinion: Line, version: int | None) -> Line:
    near = (f"{opinion.MATTER}__district__applicant", "organisation")
    rows = type(opinion)._default_manager.select_for_update(of=("self",), no_key=True)
    current = rows.select_related(*near).get(pk=opinion.pk)
    if version is not None and current.version != version:
        msg = f"第{current.number}条期间已有人办理，请核对最新情况后再办"
        raise Stale(msg, current=current)
    return current


def _chosen_body(matter: Judged, organisation: int | None, name: str) -> tuple[Organisation | None, str]:
    """The one body that was named, of the portal or outside. Raises ``Refused``."""
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


def _people_of(row: PanelOpinion) -> list[User]:
    """Who replies for the body of the portal that an opinion was given to."""
    body = row.organisation
    if body is None:
        return []
    found = list(holders(*REPLYING, organisation_ids={body.pk}))
    if body.kind in {OrganisationKind.AUTHORITY, OrganisationKind.BUREAU}:
        found += holders(Role.AUTHORITY, organisation_ids={body.pk, *body.bodies.values_list("pk", flat=True)})
    return found


def _keep(row: PanelOpinion, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
