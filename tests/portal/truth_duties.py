"""Duties beside the yearly ones in the random worlds: inspections, plan of a leading body, closing of a year; and lists that tell them."""

import datetime as dt
import json
from collections import Counter
from io import StringIO
from random import Random

from django.core.management import call_command
from django.urls import reverse
from icalendar import Calendar

from assessments.inspections.models import Inspection, InspectionFinding
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.duty_table import DUTY_KINDS
from greendistrict.workflow.models import TransitionRecord
from obligations.feed import make_feed
from obligations.selectors import falling_due, keepers_due, obligations_visible_to, watched
from reports.closings.models import YearClosing
from reports.composition.blocks import Wide
from reports.matters import obligations_plan
from tests.factories.received import at

MEND_BY, VISIT_ON = dt.date(2027, 3, 10), dt.date(2027, 5, 14)  # a Wednesday and a Friday


def inspect(world, rng: Random) -> None:
    """Inspections with a finding to be mended, mended in time, late or not at all; and planned ones that were held or not."""
    world.findings, world.visits = {}, {}
    about = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲（虚构）", "opened_at": at(2027, 1, 8)}
    for number, district in enumerate(world.working):
        if rng.random() < 0.6:
            mended = rng.choice((None, dt.date(2027, 3, 5), dt.date(2027, 4, 1), dt.date(2027, 4, 20)))
            issued = {"status": "issued", "issued_at": at(2027, 1, 12), "summary": "查看（虚构）", "number": f"JC-2027-{number:04}"}
            visit = Inspection.objects.create(district=district, inspected_on=dt.date(2027, 1, 8), **about, **issued)
            found = InspectionFinding.objects.create(
                inspection=visit, order=1, rule="SUPERVISION", text="x", demand="y", due=MEND_BY, status="replied" if mended else "open",
            )  # fmt: skip
            world.findings[district.pk] = mended
            if mended:
                told = {"machine": "inspection_finding", "label": "x", "action": "report", "source": "open", "target": "replied"}
                subject = f"assessments.inspectionfinding:{found.pk}"
                TransitionRecord.objects.create(subject=subject, at=at(mended.year, mended.month, mended.day), **told)
        if rng.random() < 0.6:
            held = rng.choice((None, dt.date(2027, 5, 13), dt.date(2027, 6, 1)))
            written = {"inspected_on": held, "summary": "查看（虚构）"} if held else {"inspected_on": VISIT_ON}
            Inspection.objects.create(district=district, planned_on=VISIT_ON, **about, **written)
            world.visits[district.pk] = held


def oversee(world, rng: Random) -> None:
    """The leading body files its plan of 2027, the director closes 2025; or not."""
    world.planned = rng.choice((None, dt.date(2026, 12, 20), dt.date(2027, 1, 15)))
    if world.planned:
        body = world.people.authority_body
        ImplementationPlan.objects.create(authority=body, year=2027, status="filed", filed_on=world.planned, is_demo=True)
    world.closed = rng.choice((None, dt.date(2026, 6, 10), dt.date(2027, 3, 1)))
    if world.closed:
        moment = at(world.closed.year, world.closed.month, world.closed.day)
        closing = YearClosing.objects.create(year=2025, status="closed", edition=1, opened_at=at(2026, 6, 1))
        days = {"snapshot_day": dt.date(2025, 12, 31), "closes_on": dt.date(2026, 5, 31)}
        closing.editions.create(number=1, closed_at=moment, closed_by=world.people.city_director, digest="0" * 64, **days)


def state(due: dt.date, met: dt.date | None, day: dt.date) -> str:
    """By hand."""
    if met is not None and met <= day:
        return "met" if met <= due else "late"
    return "overdue" if day > due else "due"


def the_other_kinds(world, rows, day):
    """What hangs on inspections, on no district, or is the city's own, as it was built; what a body has met leaves the list."""

    def told(kind, mark=""):
        return {row.district_id: row.state(day).value for row in rows if row.key.startswith(f"{kind}:{mark}")}

    assert told("rectification", "finding-") == {pk: state(MEND_BY, mended, day) for pk, mended in world.findings.items()}
    assert set(told("recheck", "finding-")) == {pk for pk, mended in world.findings.items() if mended and mended <= day}
    assert told("inspection_visit") == {pk: state(VISIT_ON, held, day) for pk, held in world.visits.items()}
    plans = {row.organisation_id: row.state(day).value for row in rows if (row.kind, row.year) == ("plan_yearly", 2027)}
    assert plans == ({} if world.planned and world.planned <= day else {world.bodies[0].pk: "overdue"})
    closings = [row.state(day).value for row in rows if (row.kind, row.year) == ("snapshot", 2025)]
    begun = any(kind == "self_check" and year == 2025 and paper for (_, kind, year), paper in world.papers.items())
    assert closings == (["overdue"] if begun and not (world.closed and world.closed <= day) else [])


def the_lists_elsewhere(world, client, rows, day):
    """API, calendar, yearly plan and command tell the same, each with what it shows beside the list."""
    officer, listed = world.people.city_officer, {row.key: (row.due.isoformat(), row.state(day).value) for row in rows}
    answered = client.get(reverse("api:obligations")).json()
    assert answered["count"] == len(rows)
    assert {row["key"]: (row["due"], row["state"]) for row in answered["results"]}.items() <= listed.items()
    of_year = {row.key: (row.due.isoformat(), row.state(day).value) for row in falling_due(Viewer(officer).at(day), day.year)}
    assert {key: told for key, told in listed.items() if told[0].startswith(f"{day:%Y}-")}.items() <= of_year.items()
    shown = client.get(reverse("obligations:duty_calendar"), {"month": f"{day:%Y-%m}"}).context["number"]
    assert shown == sum(due.startswith(f"{day:%Y-%m}-") for due, _ in of_year.values())
    plan = obligations_plan.compose(Viewer(officer), day.year)
    [table] = [table for block in plan.blocks if isinstance(block, Wide) for table in block.blocks if getattr(table, "key", "") == "duties"]
    assert len(table.rows) == len(of_year)
    out = StringIO()
    call_command("obligations", "--on", day.isoformat(), "--json", stdout=out)
    printed = {row["key"]: row for row in json.loads(out.getvalue())}
    assert {key: (row["due"], row["state"]) for key, row in printed.items() if key in listed} == listed
    beside = {row.kind for row in (*keepers_due(Viewer(None, as_of=day)), *watched(Viewer(None, as_of=day)))} | {
        "backup_age",
        "certificate",
    }
    assert {key for key, row in printed.items() if row["state"] in {"due", "overdue"} and row["kind"] not in beside} <= set(listed)


def the_policy_page(world, client, rows, day):
    """Under each rule the kinds of duties that track it, with what is open and overdue of them, and links to exactly these."""
    still, late = Counter(row.kind for row in rows if row.is_open), Counter(row.kind for row in rows if row.is_overdue(day))
    told = {}
    for row in (row for group in client.get(reverse("policy:rule_list")).context["groups"] for row in group.rows):
        assert {DUTY_KINDS[duty.kind].rule for duty in row.duties} <= {row.rule.id}
        told |= {duty.kind: duty for duty in row.duties}
    assert {kind: (duty.open, duty.overdue) for kind, duty in told.items()} == {
        kind: (number, late[kind]) for kind, number in still.items() if DUTY_KINDS[kind].rule
    }
    for duty in world.rng.sample(sorted(told.values()), min(2, len(told))):
        for href, number in ((duty.open_href, duty.open), (duty.late_href, duty.overdue)):
            assert client.get(href).context["total"] == number


def the_feeds(world, client, rows, day):
    """A person's calendar program reads what the list has open in its sight, on its day, and nothing that is done or waived."""
    for seat in ("city_officer", "preparer", "authority"):
        person = getattr(world.people, seat)
        mine = {row.key: row for row in obligations_visible_to(Viewer(person).at(day))}
        assert seat != "city_officer" or len(mine) == len(rows)
        feed = Calendar.from_ical(client.get(reverse("obligations:feed", args=[make_feed(by=person)])).content)
        events = [(str(event["url"]).rpartition("/obligations/")[2], event.decoded("dtstart")) for event in feed.walk("VEVENT")]
        told = {address.partition("/")[0]: on for address, on in events}
        assert {key: row.due for key, row in mine.items() if row.is_open}.items() <= told.items(), seat
        beside = told.keys() - {key for key, row in mine.items() if row.is_open}
        assert not beside & mine.keys()
        assert all(told[key] >= day for key in beside)
