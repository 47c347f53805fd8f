"""Which cases somebody sees, and what waits for whom."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from approvals.clocks import days_held
from approvals.enums import CaseKind
from approvals.lifecycle import state_of
from approvals.models import CLOSED_STATES, Announcement, Case, Correction, Notice
from approvals.selectors.tasks import asked_tasks, proposal_tasks
from approvals.turns import TURNS, turn_of
from districts.models import ConsultantMandate, District
from districts.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import Seats, seats
from greendistrict.core import clock, workdays
from greendistrict.policy import parameters
from greendistrict.policy.parameters import Parameters
from greendistrict.workflow.todo import Task

CITY_TURN = {
    Role.CITY_OFFICER: "officer",
    Role.CITY_CHECKER: "checker",
    Role.CITY_LEGAL: "legal",
    Role.CITY_DIRECTOR: "director",
    Role.SECRETARIAT: "secretary",
}
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


def listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what a list shows, without a query per row."""
    return _waiting_for(cases).select_related("applicant", "table__edition")


def _waiting_for(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what a task shows and its last day rests on."""
    corrections = Prefetch("corrections", Correction.objects.order_by("round"))
    return cases.select_related("district", "loss").prefetch_related(corrections, "questions").defer(*UNSEEN)


def handling_due(case: Case, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date) -> dt.date | None:
    """Last day for receipt and formal review (setting ``form_review_days``); days that the applicant held the case do not count."""
    if case.status not in WITH_DUE or case.sent_at is None:
        return None
    return calendar.add(_day(case.sent_at), settings.integer("form_review_days") + days_held(case, calendar, today))


def due_of(case: Case, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date) -> dt.date | None:
    """Last day of the step that the case is in, where a setting or a notice gives one."""
    if case.status == "correcting":
        rounds = list(case.corrections.all())
        return rounds[-1].due if rounds else None
    if case.kind == CaseKind.LOSS:
        return case.loss.hearing_due if case.status == "hearing" else None
    return handling_due(case, settings, calendar, today)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


def tasks_for(user: User) -> list[Task]:
    """What waits for this person in open cases, with the last day where there is one; a constant number of queries."""
    held = seats(user)
    waiting = _waiting(_turns(held))
    if not waiting and Role.CITY_OFFICER not in held.roles:
        return []
    batches = list(_batch_tasks()) if Role.CITY_DIRECTOR in held.roles else []
    today = clock.today()
    cases = _waiting_for(cases_visible_to(user)).filter(waiting).exclude(status__in=CLOSED_STATES)
    settings, calendar = parameters.load(), workdays.current()
    tasks = [_task(case, due_of(case, settings, calendar, today)) for case in cases if _is_turn(held, user, case)]
    return [*tasks, *batches, *asked_tasks(held), *(_officer_tasks(today) if Role.CITY_OFFICER in held.roles else ())]


def _waiting(parties: set[str]) -> Q:
    """Condition of the cases whose turn lies with one of the parties; empty when there can be none."""
    condition = Q()
    for kind, turns in TURNS.items():
        if states := [state for state, (waiting, _) in turns.items() if parties & set(waiting)]:
            condition |= Q(kind=kind, status__in=states)
    return condition


def _turns(held: Seats) -> set[str]:
    parties = {party for role, party in CITY_TURN.items() if role in held.roles}
    if held.has(Role.PREPARER):
        parties.add("preparer")
    if held.has(Role.REVIEWER):
        parties.add("signer")
    if held.has(Role.AUTHORITY):
        parties.add("authority")
    return parties


def _is_turn(held: Seats, user: User, case: Case) -> bool:
    waiting = turn_of(case)[0]
    if any(party in waiting for role, party in CITY_TURN.items() if role in held.roles):
        return True
    if "authority" in waiting:
        return held.has(Role.AUTHORITY)
    if case.status == "signing" and case.handed_by_id == user.pk:
        return False
    roles = [role for party, role in (("preparer", Role.PREPARER), ("signer", Role.REVIEWER)) if party in waiting]
    return case.applicant_id in held.organisations_as(*roles)


def _task(case: Case, due: dt.date | None) -> Task:
    state = state_of(case)
    return Task(
        title=f"{case.get_kind_display()}：{state.label}",
        subject=f"{case.district.name}{f' {case.number}' if case.number else ''}",
        link=reverse("approvals:case", args=[case.pk]),
        since=case.accepted_at or case.sent_at or case.submitted_at or case.created_at,
        due=due,
        kind="case",
        is_demo=case.is_demo,
    )


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
    notices = Notice.objects.filter(closed_at__isnull=True, case__status="notice").select_related("case__district")
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
            due=calendar.add(_day(open_ones[0].filed_at), days) if open_ones else None,
            kind="notice",
            is_demo=notice.case.is_demo,
        )


def open_application(district: District) -> Case | None:
    """The district's application under way, if there is one."""
    cases = Case.objects.filter(district=district, kind=CaseKind.APPLICATION).exclude(status__in=CLOSED_STATES)
    return cases.select_related("district", "table", "review").first()
