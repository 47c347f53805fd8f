"""Facts for guards of several kinds of case: table, endorsements, corrections, formal review, conclusion, notice, batch, opinions."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.cases import Case, Endorsement
from approvals.cases.models.correspondence import Notice
from approvals.cases.selectors.presence import may_have
from approvals.common.enums import CaseKind, EndorsementMode
from assessments.common.enums import Conclusion
from assessments.findings.selectors.plausibility import checked
from assessments.opinions.selectors import musts_left
from assessments.tables.models import WITH_VERSION
from assessments.tables.selectors.scoring import is_short, star_of
from districts.common.enums import Star
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.core.registry import Registry
from greendistrict.policy import parameters
from greendistrict.workflow.declaration import Fact

NOTICE_STAGE = {CaseKind.APPLICATION: "grant", CaseKind.ACCEPTANCE: "acceptance"}


def table_facts(case: Case, today: dt.date) -> dict[str, Any]:
    """Whether there is a table, what blocks its submission, each in words and with its row; the star it reaches below the one applied for.

    The star is told once nothing blocks.
    """
    if case.table is None:
        return {"exists": False, "blocking": [], "short": ""}
    if case.table.status in WITH_VERSION:
        return {"exists": True, "status": case.table.status, "blocking": [], "short": ""}
    scored, found = checked(case.table, today)
    rows = [row for row in found if row.blocks]
    blocking = [(f"{row.item_id} {row.title}：{row.text}" if row.item_id else row.text, row.item_id) for row in rows]
    reached = star_of(scored.result)
    short = ""
    if not blocking and is_short(case.star_asked, reached):
        short = str(Star(reached).label) if reached else "未达星级"
    return {"exists": True, "status": case.table.status, "blocking": blocking, "short": short}


def endorsing_bodies(case: Case) -> list[Organisation]:
    """Bodies that must endorse the case, by its mode.

    Every authority of the district; only the committee above an applicant that is under one. A committee that applies itself never endorses
    its own case: the other authorities do, without others the government of the area in which the district lies.
    """
    bodies = sorted(case.district.authorities.all(), key=lambda body: body.pk)
    if case.endorsement_mode == EndorsementMode.COMMITTEE_ITSELF:
        return [body for body in bodies if body.pk != case.applicant_id] or list(_governments(case))
    if case.endorsement_mode == EndorsementMode.UNDER_COMMITTEE:
        return [body for body in bodies if body.pk == case.applicant.parent_id] or bodies
    return bodies


def _governments(case: Case) -> QuerySet[Organisation]:
    """Governments of the areas in which the district lies, by their administrative code."""
    governments = Organisation.objects.filter(kind=OrganisationKind.AUTHORITY, is_committee=False, is_demo=case.district.is_demo)
    return governments.filter(admin_code__in=case.district.areas.values("code")).exclude(pk=case.applicant_id).order_by("pk")


def endorsement_missing(case: Case) -> list[str]:
    """What is missing from the endorsements, one line per body; empty if complete."""
    recorded = {row.authority_id: row for row in case.endorsements.all()} if may_have(case, "endorsements") else {}
    bodies = endorsing_bodies(case)
    if not bodies and case.endorsement_mode == EndorsementMode.COMMITTEE_ITSELF:
        return ["平台没有所在区政府的单位，申报主体不批复自己的申请"]
    if not bodies:
        return ["城区没有登记实施主体"]
    lines = []
    for body in bodies:
        row = recorded.get(body.pk) or Endorsement(authority=body)
        if row.missing:
            lines.append(f"{body.name}：缺{'、'.join(row.missing)}")
    return lines


def endorsement_note(case: Case) -> str:
    """Numbers of the recorded approvals."""
    return "、".join(row.approval_number for row in case.endorsements.all())


def unanswered(case: Case) -> int:
    """Number of findings of the open correction without an answer."""
    latest = case.corrections.order_by("-round").first()
    return latest.findings.filter(answer="").count() if latest else 0


def unanswered_questions(case: Case) -> int:
    """Number of pre-review questions without an answer."""
    return case.questions.filter(answered_at__isnull=True).count() if may_have(case, "questions") else 0


def open_form_review(case: Case) -> list[str]:
    """Items of the formal review that do not hold yet."""
    lines = []
    for key, title in FORM_REVIEW:
        entry = case.form_review.get(key) or {}
        if entry.get("holds") is None:
            lines.append(f"“{title}”未填写")
        elif not entry["holds"]:
            lines.append(f"“{title}”不符合")
    return lines


def conclusion_of(case: Case) -> str:
    """The experts' conclusion; empty if there is none yet."""
    return case.review.conclusion if case.review else ""


def chain_asked(case: Case, settings: parameters.Parameters) -> tuple[str, ...]:
    """Links of the approval chain for this decision; a negative one uses the chain for cancelling and revoking."""
    adverse = conclusion_of(case) not in {"", Conclusion.PASSED, Conclusion.PASSED_AFTER}
    return settings.words(f"approval_chain.{'cancel_or_revoke' if adverse else 'default'}")


def latest_notice(case: Case) -> Notice | None:
    """The newest notice of the case."""
    return case.notices.order_by("-pk").first()


kept_apart: Registry[Callable[[Notice], int]] = Registry(
    "objections kept apart", entry="number of objections to a notice that nobody looked through yet, which keep the notice from ending"
)


def notice_facts(case: Case) -> dict[str, Any]:
    """Whether a notice is required, whether it has ended, and how many objections are unanswered."""
    settings = parameters.load()
    wanted = settings.flag("publicity.on") and NOTICE_STAGE[CaseKind(case.kind)] in settings.words("publicity.stages")
    notice = latest_notice(case)
    return {
        "wanted": wanted,
        "last_day": notice.closes_on if notice else None,
        "closed": bool(notice and notice.closed_at),
        "unanswered": notice.objections.filter(replied_at__isnull=True).exclude(name="").count() if notice else 0,
        "held_apart": sum(count(notice) for count in kept_apart) if notice and not notice.closed_at else 0,
        "held_open": held_without_extension(notice) if notice else 0,
    }


def held_without_extension(notice: Notice) -> int:
    """Number of justified objections since the last extension of the notice."""
    latest = notice.extensions.order_by("-pk").first()
    objections = notice.objections.filter(held=True)
    return (objections.filter(replied_at__gt=latest.at) if latest else objections).count()


def batch_of(case: Case) -> str:
    """Announcement batch of the case in words; empty if it is in none."""
    line = getattr(case, "announcement_line", None)
    return str(line.announcement) if line else ""


def open_musts(case: Case) -> list[str]:
    """Open binding opinions of the panel in words; empty before a conclusion."""
    return musts_left(case) if case.review_id else []


def rounds_of(case: Case) -> dict[str, int | None]:
    """Correction rounds used, and the maximum from the settings; None until the city has confirmed it: no default cuts a correction off."""
    limit = parameters.load()["supplement.rounds"]
    return {"used": case.corrections.count(), "limit": None if limit.waits else int(limit.value)}


CASE_FACTS: Mapping[str, Fact] = {
    "on": lambda _case, on: on,
    "table": table_facts,
    "endorsement": lambda case, _on: endorsement_missing(case),
    "rounds": lambda case, _on: rounds_of(case),
    "findings": lambda case, _on: unanswered(case),
    "form_review": lambda case, _on: open_form_review(case),
    "questions": lambda case, _on: unanswered_questions(case),
    "conclusion": lambda case, _on: conclusion_of(case),
    "chain": lambda case, _on: chain_asked(case, parameters.load()),
    "notice": lambda case, _on: notice_facts(case),
    "batch": lambda case, _on: batch_of(case),
    "opinions": lambda case, _on: open_musts(case),
}
