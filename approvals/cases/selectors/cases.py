"""Visible cases, last days of the current step with those decided, decisions without a number, whose turn a case is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case, Correction
from approvals.cases.models.correspondence import BulkRun
from approvals.cases.rules import decided_as
from approvals.cases.terms import days_held, handling_term
from approvals.common.duties import OpenDuty, duties
from approvals.common.enums import BulkKind, CaseKind
from assessments.common.owed_papers import decisions
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import bodies_as, mandate_in_force
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.django_internals import Compiled
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.parameters import Parameters
from greendistrict.policy.rules import is_directors
from greendistrict.workflow import urged
from greendistrict.workflow.declaration import Keys, procedure_named, procedure_of
from greendistrict.workflow.history import passed, status_on, stays, steps_column
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

# State in which a case owes the obligation. Its key ends with how often the case has been in that state: ``accept_case:case-7:1``.
OWED_IN = {"accept_case": CaseState.SENT, "form_review": CaseState.ACCEPTED}
DecidedTerms = Mapping[int, dt.date | None]


def decided_terms(today: dt.date) -> DecidedTerms:
    """As of today, by case id: the decided new last day of the current term, or None if it was waived. Few cases have an entry."""
    found: dict[tuple[int, str], dict[int, dt.date | None]] = defaultdict(dict)
    for key, day in decisions().items():
        kind, _, rest = key.partition(":")
        if kind in OWED_IN:
            case, _, number = rest.removeprefix("case-").partition(":")
            found[int(case), OWED_IN[kind]][int(number)] = day
    if not found:
        return {}
    cases = Case.objects.filter(pk__in={pk for pk, _ in found}, status__in=OWED_IN.values()).annotate(steps=steps_column(Case))
    told: dict[int, dt.date | None] = {}
    for pk, status, steps in cases.order_by().values_list("pk", "status", "steps"):
        running = stays(passed(steps), (status,), today)
        if running and running[-1].number in found[pk, status]:
            told[pk] = found[pk, status][running[-1].number]
    return told


# A loss of title is visible to the city only until the holder is notified (事先告知).
READABLE_BY_HOLDER = ~Q(kind=CaseKind.LOSS) | Q(submitted_at__isnull=False)


def cases_visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Cases visible to a person.

    Applicant and consultant see their own from the draft on, the designated body from submission, the city from 报送, secretariat and
    partner departments from receipt. Experts see the review and bureaus their assigned score-table rows, but not the case; keepers see
    none.
    """
    held = viewer.held
    if not viewer.is_somebody or held.is_keeper or not held.roles:
        return Case.objects.none()
    return Case.objects.filter(_seen_by(viewer, held))


def _seen_by(viewer: Viewer, held: HeldPosts) -> Q:
    condition = Q(pk__in=())
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(applicant_id__in=applicants) & READABLE_BY_HOLDER
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(district_id__in=mandates.values("district_id")) & READABLE_BY_HOLDER
    if bodies := bodies_as(viewer.held, Role.AUTHORITY):
        led = District.authorities.through.objects.filter(organisation_id__in=bodies)
        condition |= Q(submitted_at__isnull=False, district_id__in=led.values("district_id"))
    if held.is_city:
        condition |= Q(sent_at__isnull=False)
    if held.has(Role.SECRETARIAT, Role.PARTNER):
        condition |= Q(accepted_at__isnull=False)
    return condition


def losses_under_way(on: dt.date | None = None) -> QuerySet[Case]:
    """Loss-of-title cases (取消 and 撤销) open now or at the end of a day, oldest first."""
    rows = Case.objects.filter(kind=CaseKind.LOSS)
    if on is None:
        rows = rows.exclude(status__in=CLOSED_STATES)
    else:
        rows = rows.filter(created_at__lt=clock.end_of(on)).alias(stood=status_on(Case, on)).exclude(stood__in=CLOSED_STATES)
    return rows.select_related("district", "loss").order_by("created_at", "pk")


ROUNDS = Correction.objects.order_by("round")


def handling_due(
    case: Case, settings: Parameters, calendar: workdays.WorkCalendar, today: dt.date, *, asked: bool = True
) -> dt.date | None:
    """Last day for receipt and formal review (setting ``form_review_days``), extended by the days the applicant held the case.

    None for a case that came back after a review (修改后重审): it has no second formal review. ``asked=False``: the caller knows that the
    applicant was never asked for anything, so nothing is queried.
    """
    if case.status not in AT_RECEIPT or case.sent_at is None or case.review_id is not None:
        return None
    return receipt_due(day_of(case.sent_at), settings, calendar, days_held(case, calendar, today) if asked else 0)


def receipt_due(sent: dt.date, settings: Parameters, calendar: workdays.WorkCalendar, held: int = 0) -> dt.date:
    """Last day for receipt and formal review of a case submitted on ``sent``; ``held``: working days it lay with the applicant."""
    return handling_term(sent, TermSettings(settings, calendar), held)


def due_of(
    case: Case,
    settings: Parameters,
    calendar: workdays.WorkCalendar,
    today: dt.date,
    *,
    decided: DecidedTerms,
    asked: bool = True,
) -> dt.date | None:
    """Last day of the current step, from a setting, a notice or a decided extension (``decided``); ``asked`` as in ``handling_due``."""
    if case.status == CaseState.CORRECTING:
        rounds = list(case.corrections.all())
        return rounds[-1].due if rounds else None
    if case.kind == CaseKind.LOSS:
        due = case.loss.hearing_due if case.status == CaseState.HEARING else None
        return due if due and today <= due else None  # a right has a last day, but using it is never late
    if case.pk in decided:
        return decided[case.pk]
    return handling_due(case, settings, calendar, today, asked=asked)


def pages_of(case: int, review: int | None) -> tuple[str, ...]:
    """Pages on which the duties of a case and of its review are met."""
    page = reverse("approvals:case", args=[case])
    return (page, reverse("assessments:review", args=[review])) if review else (page,)


def open_duties(viewer: Viewer, case: Case) -> list[OpenDuty]:
    """Open duties of the case and of its review that the person may read, first day first."""
    pages = pages_of(case.pk, case.review_id)
    return [duty for duty in duties().open_on_pages(viewer, {case.district_id}) if duty.page in pages]


def day_of(moment: dt.datetime) -> dt.date:
    """Date of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date()


def open_application(district: District) -> Case | None:
    """The district's open application, or None."""
    cases = Case.objects.filter(district=district, kind=CaseKind.APPLICATION).exclude(status__in=CLOSED_STATES)
    return cases.select_related("district", "table", "review").first()


DECIDED = frozenset({CaseState.DECIDED, CaseState.ANNOUNCED, CaseState.SERVED, CaseState.FAILED, CaseState.APPROVED, CaseState.DROPPED})
CLOSED_WITHOUT = (
    CaseState.FAILED,
    CaseState.APPROVED,
    CaseState.DROPPED,
)  # states with no further step that would ask for the number; a refusal at receipt has no number


DECISION_NUMBERS = NumberedPaper(Case, "decision_number", lambda: Case.objects.select_related("district"), lambda case: f"{case}的决定")


def waits_for_number(case: Case) -> bool:
    """Whether the case is decided and its paper has no number yet."""
    return case.status in DECIDED and case.decided_on is not None and not case.decision_number


def unnumbered() -> QuerySet[Case]:
    """Closed cases whose decision has no number yet."""
    return Case.objects.filter(status__in=CLOSED_WITHOUT, decided_on__isnull=False, decision_number="")


UNNUMBERED = Compiled(
    lambda: (
        unnumbered()
        .select_related("district")
        .only("number", "decided_on", "district__name", "district__is_demo")
        .order_by("decided_on", "pk")
    )
)


@among(unnumbered)
def number_tasks() -> Iterator[Task]:
    """Desk tasks: numbers the officer must enter. Cases still to be served or announced are left out, as they have tasks of their own."""
    for case in UNNUMBERED.read():
        yield Task(
            title="决定文号待登记",
            subject=f"{case.district.name} {case.number or ''}".strip(),
            link=reverse("approvals:case_number", args=[case.pk]),
            kind="number",
            is_demo=case.district.is_demo,
        )


SEATS_OF_APPLICANT = ("preparer", "reviewer")
OUTSIDE = frozenset({*SEATS_OF_APPLICANT, "authority"})


def turn_of(case: Case) -> Keys:
    """Keys of the parties that have to act; for a change on paper also the officer."""
    waiting = _single(procedure_of(case).turn_in(case.status))
    if case.kind == CaseKind.CHANGE and case.status == CaseState.DRAFT and case.sent_at is not None and case.submitted_at is None:
        waiting = (*waiting, "city_officer")
    if waiting == ("city_director",) and case.kind != CaseKind.CHANGE and not is_directors(decided_as(case)):
        waiting = ("city_director", "city_checker")
    return waiting


def turn_outside(case: Case) -> Keys:
    """Those of ``turn_of`` outside the city; they can be reminded."""
    return tuple(party for party in turn_of(case) if party in OUTSIDE)


def turns() -> Iterator[tuple[str, str, Keys]]:
    """For each kind and state, the parties that may have to act."""
    for kind in CaseKind:
        procedure = procedure_named(kind.machine_name)
        for state in procedure.machine.states:
            entered = kind == CaseKind.CHANGE and state.key == CaseState.DRAFT
            yield kind, state.key, (*_single(procedure.turn_in(state.key)), *(("city_officer",) if entered else ()))


def _single(parties: Keys) -> Keys:
    """Split the applicant's side into its seats, because a task belongs to one seat."""
    return tuple(one for party in parties for one in (SEATS_OF_APPLICANT if party == "applicant" else (party,)))


OF_CASE = "case"


def urged_in_bulk(matters: Collection[str], since: dt.date) -> dict[str, dt.date]:
    """The last day on or after ``since`` on which each case was reminded in bulk (批量催办), for the limit that all reminders share."""
    runs = BulkRun.objects.filter(kind=BulkKind.REMIND, at__date__gte=since).order_by("at", "pk")
    found = {
        urged.matter(OF_CASE, item["pk"]): at.astimezone(clock.SHANGHAI).date()
        for at, items in runs.values_list("at", "items")
        for item in items
        if not item["out"]
    }
    return {key: day for key, day in found.items() if key in matters}
