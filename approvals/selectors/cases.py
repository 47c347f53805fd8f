"""Which cases somebody sees, and what waits for whom."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from approvals.clocks import days_held
from approvals.enums import CaseKind
from approvals.models import CLOSED_STATES, Announcement, Case, Correction, Notice
from approvals.selectors.tasks import asked_tasks, proposal_tasks
from districts.models import ConsultantMandate, District
from districts.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import Seats, seats
from greendistrict.core import clock, workdays
from greendistrict.policy import parameters
from greendistrict.policy.parameters import Parameters
from greendistrict.workflow.todo import Task

# A loss of title is the city's own until the holder is told of it (事先告知).
TOLD = ~Q(kind=CaseKind.LOSS) | Q(submitted_at__isnull=False)
WITH_DUE = frozenset({"sent", "accepted"})


def cases_visible_to(user: User | AnonymousUser) -> QuerySet[Case]:
    """Cases a person sees.

    Applicant and consultant their own from the draft on; designated body from submission; the city from 报送;
    secretariat and partners from receipt. Experts see the review, bureaus the rows of
    a score table given to them, not the case; keepers see nothing.
    """
    held = seats(user)
    if not isinstance(user, User) or held.is_keeper or not held.roles:
        return Case.objects.none()
    return Case.objects.filter(_seen_by(user, held))


def _seen_by(user: User, held: Seats) -> Q:
    condition = Q(pk__in=())
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(applicant_id__in=applicants) & TOLD
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(), organisation_id__in=consultants)
        condition |= Q(district_id__in=mandates.values("district_id")) & TOLD
    if bodies := bodies_as(user, Role.AUTHORITY):
        led = District.authorities.through.objects.filter(organisation_id__in=bodies)
        condition |= Q(submitted_at__isnull=False, district_id__in=led.values("district_id"))
    if held.is_city:
        condition |= Q(sent_at__isnull=False)
    if held.has(Role.SECRETARIAT, Role.PARTNER):
        condition |= Q(accepted_at__isnull=False)
    return condition


# Long columns that neither a list nor a task shows; ten thousand tasks must not carry outlines of districts.
UNSEEN = ("form_review", "reasons", "district__boundary", "district__sources", "district__note", "district__search_text")
ROUNDS = Correction.objects.order_by("round")


def listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what a list shows, without a query per row."""
    return _waiting_for(cases).select_related("applicant", "table__edition")


def _waiting_for(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what its last day rests on."""
    return cases.select_related("district", "loss").prefetch_related(Prefetch("corrections", ROUNDS), "questions").defer(*UNSEEN)


def handling_due(
    case: Case, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date, *, asked: bool = True
) -> dt.date | None:
    """Last day for receipt and formal review (setting ``form_review_days``); days that the applicant held the case do not count.

    ``asked``: False where it is known that the applicant was never asked for anything, so that nothing is read.
    """
    if case.status not in WITH_DUE or case.sent_at is None:
        return None
    return receipt_due(day_of(case.sent_at), settings, calendar, days_held(case, calendar, today) if asked else 0)


def receipt_due(sent: dt.date, settings: Parameters, calendar: workdays.WorkCalendar, held: int = 0) -> dt.date:
    """Last day for receipt and formal review of what was sent on a day; the applicant ``held`` it that many working days."""
    return calendar.add(sent, settings.integer("form_review_days") + held)


def due_of(case: Case, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date, *, asked: bool = True) -> dt.date | None:
    """Last day of the step that the case is in, where a setting or a notice gives one; ``asked`` as in ``handling_due``."""
    if case.status == "correcting":
        rounds = list(case.corrections.all())
        return rounds[-1].due if rounds else None
    if case.kind == CaseKind.LOSS:
        return case.loss.hearing_due if case.status == "hearing" else None
    return handling_due(case, settings, calendar, today, asked=asked)


def day_of(moment: dt.datetime) -> dt.date:
    """Day of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date()


def tasks_beside(user: User) -> list[Task]:
    """What waits for this person beside the turns of cases: batches, requests, notices, proposals."""
    held, today = seats(user), clock.today()
    if not held.is_city:
        return []
    found = list(_batch_tasks()) if Role.CITY_DIRECTOR in held.roles else []
    return [*found, *asked_tasks(held), *(_officer_tasks(today) if Role.CITY_OFFICER in held.roles else ())]


def _officer_tasks(today: dt.date) -> Iterable[Task]:
    """Notices that are over, failed acceptances that propose to cancel, failures in a row: only the officer's to weigh."""
    yield from _notice_tasks(today)
    yield from proposal_tasks(today)


def _batch_tasks() -> Iterable[Task]:
    """Draft batches with cases in them that wait for 审定."""
    waiting = Announcement.objects.filter(status="draft", approved_at__isnull=True, lines__isnull=False).distinct()
    for batch in waiting.prefetch_related("lines__case__district").order_by("pk"):
        yield Task(
            title="公告批次待审定",
            subject=f"{batch}　{'、'.join(line.case.district.name for line in batch.lines.all())}",
            link=reverse("approvals:announcement_edit", args=[batch.pk]),
            kind="announcement",
            is_demo=batch.is_demo,
        )


def _notice_tasks(today: dt.date) -> Iterable[Task]:
    """Notices that are over, or that have objections to answer (setting ``objection_reply_days``)."""
    told = ("closes_on", "case__number", "case__district__name", "case__district__is_demo")
    notices = Notice.objects.filter(closed_at__isnull=True, case__status="notice").select_related("case__district").only(*told)
    calendar, days = workdays.current(), parameters.load().integer("objection_reply_days")
    for notice in notices.prefetch_related("objections"):
        open_ones = [row for row in notice.objections.all() if row.replied_at is None and row.name]  # anonymous ones are leads
        if not open_ones and today <= notice.closes_on:
            continue
        yield Task(
            title=f"公示意见待答复{len(open_ones)}条" if open_ones else "公示期满，待提交审核",
            subject=f"{notice.case.district.name} {notice.case.number}",
            link=reverse("approvals:case", args=[notice.case_id]),
            since=open_ones[0].filed_at if open_ones else None,
            due=calendar.add(day_of(open_ones[0].filed_at), days) if open_ones else None,
            kind="notice",
            is_demo=notice.case.is_demo,
        )


def open_application(district: District) -> Case | None:
    """The district's application under way, if there is one."""
    cases = Case.objects.filter(district=district, kind=CaseKind.APPLICATION).exclude(status__in=CLOSED_STATES)
    return cases.select_related("district", "table", "review").first()
