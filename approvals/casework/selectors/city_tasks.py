"""Desk tasks of the city apart from the steps of cases: batches, hearings, notices."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from approvals.cases.enums import CaseState
from approvals.cases.models.notices import Notice, Objection
from approvals.cases.selectors.cases import day_of
from approvals.cases.selectors.numbering import number_tasks
from approvals.cases.terms import objection_term
from approvals.casework.selectors.request_tasks import asked_tasks, proposal_tasks
from approvals.losses.models import LossFile
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from assessments.common.owed_papers import deadline
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.django_internals import Compiled
from greendistrict.core.memoisation import held_reads
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings
from greendistrict.workflow.todo import Task


def city_tasks(viewer: Viewer) -> list[Task]:
    """Tasks of the person apart from steps of cases: batches, requests, notices, proposals."""
    held, today = viewer.held, viewer.today
    if not held.is_city:
        return []
    with held_reads():
        found = list(_batch_tasks()) if Role.CITY_DIRECTOR in held.roles else []
        return [*found, *asked_tasks(held), *(_officer_tasks(today) if Role.CITY_OFFICER in held.roles else ())]


def _officer_tasks(today: dt.date) -> Iterable[Task]:
    """Tasks of the officer: ended notices, failed acceptances that call for cancelling, repeated failures."""
    yield from _notice_tasks(today)
    yield from proposal_tasks(today)
    yield from _hearing_tasks(today)
    yield from number_tasks()


def _batch_tasks() -> Iterable[Task]:
    """Draft batches whose cases wait for 审定."""
    waiting = Announcement.objects.filter(status=AnnouncementState.DRAFT, approved_at__isnull=True, lines__isnull=False).distinct()
    for batch in waiting.prefetch_related("lines__case__district").order_by("pk"):
        yield Task(
            title="公告批次待审定",
            subject=f"{batch}　{'、'.join(line.case.district.name for line in batch.lines.all())}",
            link=reverse("approvals:announcement_edit", args=[batch.pk]),
            kind="announcement",
            is_demo=batch.is_demo,
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


def _notice_tasks(today: dt.date) -> Iterable[Task]:
    """Notices that have ended or have unanswered objections (setting ``objection_reply_days``)."""
    columns = ("closes_on", "case__number", "case__district__name", "case__district__is_demo")
    notices = Notice.objects.filter(closed_at__isnull=True, case__status=CaseState.NOTICE).select_related("case__district").only(*columns)
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
