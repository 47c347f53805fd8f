"""Desk tasks of cases and what belongs to them: questions, settings, opinions, batches, hearings, notices, requests. One query per kind."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from approvals.amendments.selectors import amendment_tasks
from approvals.cases.enums import ANSWERABLE, CaseState
from approvals.cases.models.correspondence import Notice, Objection, PreReviewQuestion
from approvals.cases.selectors.cases import day_of, number_tasks
from approvals.cases.terms import objection_term
from approvals.casework.selectors.queue import queue_of
from approvals.consultations.models import AWAITED, Consultation
from approvals.corrections.selectors import correction_tasks
from approvals.letter_texts.selectors import letter_text_tasks
from approvals.losses.models import LossFile
from approvals.losses.selectors import assessed_titles, cancel_proposals, recorded_tasks, revocation_candidates
from approvals.opinions.selectors import opinion_tasks
from approvals.remedies.selectors import remedy_tasks
from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.requests.models import ExtensionRequest, ExtensionState, Rectification, RectificationState
from approvals.setting_sheets.selectors import sheet_tasks
from approvals.settings.selectors import setting_tasks
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from assessments.common.owed_papers import deadline
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.django_internals import Compiled
from greendistrict.core.memoisation import held_reads
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.task_rows import TaskRows, among
from greendistrict.workflow.todo import Task

EXTENSION_TURN: dict[str, Role] = {ExtensionState.ASKED: Role.CITY_OFFICER, ExtensionState.DECIDING: Role.CITY_DIRECTOR}
RECTIFICATION_TURN: dict[str, Role] = {RectificationState.PROPOSED: Role.CITY_CHECKER, RectificationState.DECIDING: Role.CITY_DIRECTOR}

ASKED = {
    ExtensionRequest: TaskRows(lambda: ExtensionRequest.objects.filter(status__in=EXTENSION_TURN)),
    Rectification: TaskRows(lambda: Rectification.objects.filter(status__in=RECTIFICATION_TURN)),
}


def asked_tasks(held: HeldPosts) -> Iterator[Task]:
    """Extensions and rectifications waiting for one of the person's posts."""
    turn = EXTENSION_TURN if is_directors("extend") else {**EXTENSION_TURN, ExtensionState.DECIDING: Role.CITY_CHECKER}
    yield from _asked(ExtensionRequest, held, turn, "延期申请")
    yield from _asked(Rectification, held, RECTIFICATION_TURN, "更正")


def _asked(model: type[ExtensionRequest] | type[Rectification], held: HeldPosts, turn: dict[str, Role], words: str) -> Iterator[Task]:
    states = [state for state, role in turn.items() if role in held.roles]
    if not (states and ASKED[model].exist):
        return
    own = ("asked_at", "deadline", "was_due") if model is ExtensionRequest else ("proposed_at",)
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
            rests_on=row.rests_on if isinstance(row, ExtensionRequest) else "",
        )


TO_CANCEL = Compiled(
    lambda: cancel_proposals().select_related(None).select_related("district").only("number", "district__name", "district__is_demo")
)


@among(cancel_proposals, assessed_titles)
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


def city_tasks(viewer: Viewer) -> list[Task]:
    """Tasks of the person apart from steps of cases: batches, requests, notices, proposals."""
    held, today = viewer.held, viewer.today
    if not held.is_city:
        return []
    with held_reads():
        batch_tasks = list(_batch_tasks()) if Role.CITY_DIRECTOR in held.roles else []
        return [*batch_tasks, *asked_tasks(held), *(_officer_tasks(today) if Role.CITY_OFFICER in held.roles else ())]


def _officer_tasks(today: dt.date) -> Iterable[Task]:
    """Tasks of the officer: ended notices, failed acceptances that call for cancelling, repeated failures."""
    yield from _notice_tasks(today)
    yield from proposal_tasks(today)
    yield from _hearing_tasks(today)
    yield from number_tasks()


def _drafts() -> QuerySet[Announcement]:
    return Announcement.objects.filter(status=AnnouncementState.DRAFT, approved_at__isnull=True, lines__isnull=False)


@among(_drafts)
def _batch_tasks() -> Iterable[Task]:
    """Draft batches whose cases wait for 审定."""
    for batch in _drafts().distinct().prefetch_related("lines__case__district").order_by("pk"):
        yield Task(
            title="公告批次待审定",
            subject=f"{batch}　{'、'.join(line.case.district.name for line in batch.lines.all())}",
            link=reverse("approvals:announcement_edit", args=[batch.pk]),
            kind="announcement",
            is_demo=batch.is_demo,
            owed=tuple(f"announce:case-{line.case_id}" for line in batch.lines.all()),
        )


HEARINGS_OVER = Compiled(
    lambda today: (
        LossFile.objects.filter(case__status=CaseState.HEARING, hearing_due__lt=today)
        .select_related("case__district")
        .only("case__number", "case__district__name", "case__district__is_demo")
        .order_by("hearing_due")
    ),
    dt.date.min,
)


@among(lambda: LossFile.objects.filter(case__status=CaseState.HEARING))
def _hearing_tasks(today: dt.date) -> Iterable[Task]:
    """Hearings that ended without a statement; tasks of the officer."""
    for loss in HEARINGS_OVER.read(today):
        yield Task(
            title="陈述申辩期满，待登记",
            subject=f"{loss.case.district.name} {loss.case.number or ''}".strip(),
            link=reverse("approvals:case", args=[loss.case_id]),
            kind="loss",
            is_demo=loss.case.is_demo,
        )


def _answering(notice: Notice, objection: Objection, terms: TermSettings) -> dt.date | None:
    """Last day to answer an objection, from the setting or from a decision on that obligation."""
    return deadline(f"objection_reply:notice-{notice.pk}:{objection.pk}", objection_term(day_of(objection.filed_at), terms)).awaited_on


def _open_notices() -> QuerySet[Notice]:
    return Notice.objects.filter(closed_at__isnull=True, case__status=CaseState.NOTICE)


@among(_open_notices)
def _notice_tasks(today: dt.date) -> Iterable[Task]:
    """Notices that have ended or have unanswered objections (setting ``objection_reply_days``)."""
    columns = ("closes_on", "case__number", "case__district__name", "case__district__is_demo")
    notices = _open_notices().select_related("case__district").only(*columns)
    terms = TermSettings(parameters.load(), workdays.current())
    for notice in notices.prefetch_related("objections"):
        open_ones = [row for row in notice.objections.all() if row.replied_at is None and row.name]  # anonymous objections are not answered
        if not open_ones and today <= notice.closes_on:
            continue
        yield Task(
            title=f"公示意见待答复{len(open_ones)}条" if open_ones else "公示期满，待提交审核",
            subject=f"{notice.case.district.name} {notice.case.number}",
            link=reverse("approvals:case", args=[notice.case_id]),
            since=open_ones[0].filed_at if open_ones else None,
            due=_answering(notice, open_ones[0], terms) if open_ones else None,
            kind="notice",
            is_demo=notice.case.is_demo,
        )


def tasks_for(viewer: Viewer) -> list[Task]:
    """All desk tasks of the person: cases on which the person has to act, open questions and requests."""
    return [*queue_of(viewer).first(), *tasks_beside(viewer)]


def tasks_beside(viewer: Viewer) -> list[Task]:
    """Desk tasks other than the cases of ``queue_of``."""
    return [
        *city_tasks(viewer),
        *question_tasks(viewer),
        *setting_tasks(viewer),
        *sheet_tasks(viewer),
        *letter_text_tasks(viewer),
        *amendment_tasks(viewer),
        *correction_tasks(viewer),
        *remedy_tasks(viewer),
        *consultation_tasks(viewer),
        *opinion_tasks(viewer),
        *recorded_tasks(viewer),
    ]


def _unanswered() -> QuerySet[PreReviewQuestion]:
    return PreReviewQuestion.objects.filter(answered_at__isnull=True, case__status__in=ANSWERABLE)


@among(_unanswered)
def question_tasks(viewer: Viewer) -> Iterable[Task]:
    """Open pre-review questions of the person's own applications, one task per case."""
    own = viewer.held.organisations_as(Role.PREPARER, Role.REVIEWER)
    if not own:
        return
    mine = _unanswered().filter(case__applicant_id__in=own)
    rows = mine.values("case", "case__number", "case__district__name", "case__district__is_demo")
    for row in rows.annotate(count=Count("pk"), since=Min("asked_at")).order_by("since"):
        yield Task(
            title=f"预评审问题待答复{row['count']}个",
            subject=f"{row['case__district__name']} {row['case__number']}",
            link=reverse("approvals:case_questions", args=[row["case"]]),
            since=row["since"],
            kind="case",
            is_demo=row["case__district__is_demo"],
        )


@among(lambda: Consultation.objects.filter(AWAITED))
def consultation_tasks(viewer: Viewer) -> Iterable[Task]:
    """Opinions that the person's department has to give."""
    own = viewer.held.organisations_as(Role.PARTNER)
    if not own:
        return
    rows = Consultation.objects.filter(AWAITED, department__in=own).select_related("case__district")
    for row in rows.order_by("due", "pk"):
        yield Task(
            title="部门意见待答复",
            subject=f"{row.case.district.name} {row.case.number}",
            link=reverse("approvals:consultation", args=[row.pk]),
            since=row.asked_at,
            due=row.due,
            kind="consultation",
            is_demo=row.case.is_demo,
        )
