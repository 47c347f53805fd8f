"""Paths over cases: the officer's desk with thousands of tasks, the filtered list, one decision, the policy check of many districts."""

from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.applications.services.drafts import start_application
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from districts.common.enums import Stage
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post, User
from greendistrict.core import clock
from greendistrict.policy.engine import ask
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policy_in_force
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from greendistrict.workflow.procedure import take
from portal.policy.selectors import STEPS_OF, checks_of
from tools.bench import keeping
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of, row_of
from tools.bench.paths import Visit, pages, queries_of, seen
from tools.bench.seeding import Seeded, multiply

LIST_FILTER = "status=sent&type=new"
DIRECTOR = "return_to_officer"
# Every further district gets a case of its own; one is created by the service, the others are copies of it.
PLACE = """
    UPDATE approvals_case AS c SET district_id = d.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM districts_district
          WHERE code <> 'bench-0' AND NOT EXISTS (SELECT 1 FROM approvals_case x WHERE x.district_id = districts_district.id)) AS d,
         (SELECT id, row_number() OVER (ORDER BY id) AS n FROM approvals_case WHERE number LIKE 'SQ-0000-%%') AS k
    WHERE k.id = c.id AND d.n = k.n
"""


def first_case(seeded: Seeded) -> Case:
    """The one application created by the service, in a district that no other path uses; its title is set aside while it is created."""
    district = seeded.check.district
    titled = District.objects.filter(pk=district.pk)
    titled.update(stage=Stage.CANDIDATE)
    case = start_application(district=District.objects.get(pk=district.pk), by=seeded.preparer)
    titled.update(stage=Stage.PILOT)
    moment = clock.now()
    Case.objects.filter(pk=case.pk).update(status=CaseState.SENT, number="SQ-0001-0001", submitted_at=moment, sent_at=moment)
    case.refresh_from_db()
    return case


def more_cases(seeded: Seeded, total: int) -> int:
    """Open cases waiting for receipt, one per district, until there are ``total`` or no districts are left; returns their number.

    The district of the other paths gets none, because its file is closed during an application.

    A copy is inserted as closed, because a district has at most one open case of a kind, and opened after moving it to its district.
    """
    source = Case.objects.filter(district=seeded.check.district).first() or first_case(seeded)
    have = Case.objects.count()
    wanted = min(total, District.objects.count() - 1) - have
    if wanted > 0:
        changed = {"number": "'SQ-0000-' || n.n::text", "status": "'withdrawn'", "table_id": "NULL"}
        multiply(Case, source.pk, changed, first=have, last=have + wanted - 1)
        with connection.cursor() as cursor:
            cursor.execute(PLACE)
            cursor.execute(
                "UPDATE approvals_case SET status = 'sent', number = replace(number, 'SQ-0000', 'SQ-0002') WHERE number LIKE 'SQ-0000-%'"
            )
            cursor.execute("ANALYZE")
    return Case.objects.count()


def case_list(visit: Visit, total: int) -> BenchRow:
    """The list of cases with filters and count, compared with one query and a plain table."""
    made, user = more_cases(visit.seeded, total), visit.seeded.officer
    ours = f"{reverse('approvals:case_list')}?{LIST_FILTER}"
    timing = pages(visit, user, ours, "/limit/cases/?status=sent&type=new")
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-request": ""}))
    return row_of(f"case list, 50 of {made:,}", timing, 0.5, queries=cost, most_queries=10, **seen(visit, user, ours))


def desk(visit: Visit, total: int) -> tuple[BenchRow, float]:
    """The officer's desk with thousands of open tasks, compared with counting them and showing the first; also the median seconds."""
    made, user = more_cases(visit.seeded, total), visit.seeded.officer
    ours = reverse("portal:workdesk")
    timing = pages(visit, user, ours, "/limit/desk/")
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-request": ""}))
    # Slightly more queries than in the desk tests: the benchmark's data include open cases and reviews.
    name = f"work desk, {made:,} open tasks, {District.objects.count():,} districts"
    return row_of(name, timing, 0.5, queries=cost, most_queries=59, **seen(visit, user, ours)), timing.median()


def deciding(seeded: Seeded, effort: Effort) -> BenchRow:
    """One decision through ``perform`` with audit, outbox and transition record, compared with the bare UPDATE; both are rolled back."""
    case, act = _decision(seeded)
    with CaptureQueriesContext(connection) as caught:
        _undone(partial(_written, act))
    cost = len([one for one in caught.captured_queries if "SAVEPOINT" not in one["sql"] and one["sql"] not in ("BEGIN", "ROLLBACK")])
    bare = partial(Case.objects.filter(pk=case.pk).update, status=CaseState.REVIEWED)
    timing = by_turns(lambda: partial(_undone, act), lambda: partial(_undone, bare), effort)
    return cost_of("one decision through perform()", timing, 40, queries=cost, most_queries=30)


def _decision(seeded: Seeded) -> tuple[Case, Callable[[], None]]:
    """A case waiting for a decision, and the function that decides it."""
    case, checker = Case.objects.filter(district=seeded.check.district).first() or first_case(seeded), _checker()
    Case.objects.filter(pk=case.pk).update(status=CaseState.CHECKING)
    case.refresh_from_db()
    return case, partial(_returned, case, checker)


def _returned(case: Case, checker: User) -> None:
    stored = Case.objects.get(pk=case.pk)
    take(obj=stored, action=DIRECTOR, by=checker, version=stored.version, reason="补充依据")


def _checker() -> User:
    body = Post.objects.get(user__username="bench-officer").organisation
    user, created = User.objects.get_or_create(username="bench-checker", defaults={"name": "bench-checker", "is_demo": True})
    if created:
        Post.objects.create(user=user, organisation=body, role=Role.CITY_CHECKER, valid_from=clock.today().replace(year=2020))
    return user


def _written(act: Callable[[], object]) -> None:
    """Raise ``BenchError`` unless the step wrote its record and its message."""
    records, messages = TransitionRecord.objects.count(), OutboxMessage.objects.count()
    act()
    if TransitionRecord.objects.count() == records or OutboxMessage.objects.count() == messages:
        msg = "the decision left no record or no message"
        raise BenchError(msg)


def _undone(act: Callable[[], object]) -> None:
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def policy_check(effort: Effort, total: int) -> BenchRow:
    """Policy check of ``total`` districts from the database, compared with the pure engine on facts in memory."""
    today = clock.today()
    policy = policy_in_force(today)
    keys = list(District.objects.order_by("pk").values_list("pk", flat=True)[:total])

    def ours() -> int:
        found = list(District.objects.filter(pk__in=keys))
        return sum(len(check.verdicts) for check in checks_of(policy, found, {}, today))

    known = list(District.objects.filter(pk__in=keys))
    facts = {key: Facts(values) for key, values in facts_of_many(known, today).items()}
    rules = {step: [rule for rule in policy.rules if rule.step == step and rule.tests] for steps in STEPS_OF.values() for step in steps}

    def bare() -> int:
        return sum(bool(ask(rule, facts[one.pk])) for one in known for step in STEPS_OF[Stage(one.stage)] for rule in rules[step])

    timing = by_turns(lambda: ours, lambda: bare, effort)
    with CaptureQueriesContext(connection) as caught:
        ours()
    return cost_of(f"policy check of {len(keys):,} districts", timing, 10, queries=len(caught), most_queries=13)


def rows_of_work(seeded: Seeded, effort: Effort, districts: int) -> Iterator[BenchRow]:
    """Rows of paths without a browser."""
    yield policy_check(effort, districts)
    yield deciding(seeded, effort)
    yield keeping.recording(partial(_undone, _decision(seeded)[1]), effort)
