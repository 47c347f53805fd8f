"""Obligations of 200 random days equal a naive replay of what happened, given as a plain list of events."""

import datetime as dt
from random import Random

import pytest

from approvals.titles.models.publicity import Title
from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from obligations import services
from obligations.selectors import everything
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.titles import give_title

USED, CHANGED = dt.date(2026, 1, 5), dt.date(2028, 2, 1)
LAST = dt.date(2030, 12, 31)
KINDS = {"self_check": (3, 31), "operation_report": (3, 31), "carbon_verification": (4, 30)}
ASKED = {"self_check": (-1, 0), "operation_report": (-1,), "carbon_verification": (-1,)}
REPORTS = {"operation_report": "operation", "carbon_verification": "carbon"}
MODELS = {
    "self_check": "assessments.selfcheck",
    "operation_report": "assessments.yearlyreport",
    "carbon_verification": "assessments.yearlyreport",
}
HANDED_IN = {"filed", "received"}


class Story:
    """What happened: titles, steps of the records and decisions, written into the database and kept as plain lists."""

    def __init__(self, seed: int) -> None:
        self.rng, self.people = Random(seed), cast()  # noqa: S311 -- stories repeat
        by = self.people.city_director
        Setting.objects.create(key="obligations_from", value=USED.isoformat(), by=by, at=at(2026, 1, 5), reason="首次启用")
        with clock.at(at(2028, 1, 10)):
            set_setting(by=by, key="selfcheck.due", value="Y+1-04-15", reason="试", effective_on=CHANGED)
        self.held, self.steps, self.decided = {}, {}, {}
        for number in range(6):
            self.district(number)

    def day(self, first: int, last: int) -> dt.date:
        return dt.date(first, 1, 1) + dt.timedelta(days=self.rng.randrange((dt.date(last, 12, 31) - dt.date(first, 1, 1)).days))

    def district(self, number: int) -> None:
        district = make_district(self.people, name=f"演示{number}城（虚构）")
        granted = self.day(2023, 2027)
        give_title(district, granted_on=granted)
        ended = self.day(granted.year + 1, 2030) if self.rng.random() < 0.4 else None
        if ended:
            Title.objects.filter(district=district).update(end="cancelled", ended_on=ended)
            District.objects.filter(pk=district.pk).update(stage="cancelled")
        self.held[district.pk] = (granted, ended)
        for year in range(2025, 2030):
            for kind in KINDS:
                self.record(district, kind, year)

    def record(self, district, kind: str, year: int) -> None:
        key = f"{kind}:{district.pk}:{year}"
        for moment in sorted(self.day(year + 1, year + 1) for _ in range(self.rng.choice((0, 0, 1, 2)))):
            until = moment + dt.timedelta(days=self.rng.randrange(1, 60)) if self.rng.random() < 0.6 else None
            with clock.at(dt.datetime.combine(moment, dt.time(9), tzinfo=clock.SHANGHAI)):
                made = services.decide(obligation=key, by=self.people.city_director, reason="试", extended_to=until)
            self.decided.setdefault(key, []).append((moment, made.extended_to))
        if self.rng.random() < 0.3:
            return
        steps, day = [], self.day(year + 1, year + 1)
        for source, target in (("signing", "filed"), ("filed", "returned"), ("signing", "filed"), ("filed", "received")):
            steps.append((day, source, target))
            day += dt.timedelta(days=self.rng.randrange(0, 50))
            if self.rng.random() < 0.3:
                break
        self.steps[key] = steps
        self.store(district, kind, year, steps)

    def store(self, district, kind: str, year: int, steps) -> None:
        filed = [day for day, _, target in steps if target == "filed"]
        moment = dt.datetime.combine(filed[-1], dt.time(15), tzinfo=clock.SHANGHAI)
        told = {"status": steps[-1][2], "filed_at": moment, "number": f"{kind[:2]}-{district.pk}-{year}"}
        if kind in REPORTS:
            made = YearlyReport.objects.create(district=district, kind=REPORTS[kind], year=year, opened_at=at(year + 1, 1, 1), **told)
        else:
            made = make_self_check(self.people, district=district, year=year, filled=False)
            SelfCheck.objects.filter(pk=made.pk).update(**told)
        about = {"machine": kind, "subject": f"{MODELS[kind]}:{made.pk}", "label": "x", "actor_name": "x", "action": "x"}
        for number, (day, source, target) in enumerate(steps):
            taken = dt.datetime.combine(day, dt.time(12, number), tzinfo=clock.SHANGHAI)
            TransitionRecord.objects.create(**about, source=source, target=target, at=taken)

    def replay(self, on: dt.date) -> dict[str, tuple[dt.date, str]]:
        """(due day, state) by key, going through the events one by one."""
        found = {}
        for pk, (granted, ended) in self.held.items():
            if granted > on or (ended and ended <= on):
                continue
            for kind in KINDS:
                asked = {on.year + shift for shift in ASKED[kind]}
                for year in range(2024, max(asked) + 1):
                    told = self.replay_one(f"{kind}:{pk}:{year}", kind, year, on) if granted.year <= year else None
                    if told and (year in asked or told[2]):
                        found[f"{kind}:{pk}:{year}"] = told[:2]
        return found

    def replay_one(self, key: str, kind: str, year: int, on: dt.date) -> tuple[dt.date, str, bool]:
        month, last = (4, 15) if kind == "self_check" and on >= CHANGED else KINDS[kind]
        due = usual = rolled(dt.date(year + 1, month, last))
        status, handed = "", None
        for day, _, target in self.steps.get(key, ()):
            if day <= on:
                handed = day if target == "filed" else handed
                status = target
        met = handed if status in HANDED_IN else None
        waived = False
        for day, until in self.decided.get(key, ()):
            if day <= on:
                waived, due = until is None, until or usual
        if usual < USED:
            return due, "none", False
        unmet = met is None
        if waived:
            return due, "waived", unmet
        if met:
            return due, "met" if met <= due else "late", unmet
        if on > due:
            return due, "overdue", unmet
        return due, "upcoming" if on < dt.date(year + 1, 1, 1) else "due", unmet


def rolled(day: dt.date) -> dt.date:
    while day.weekday() > 4:
        day += dt.timedelta(days=1)
    return day


@pytest.mark.slow  # two hundred days of six districts
@pytest.mark.django_db
def test_two_hundred_random_days_agree_with_a_replay():
    story, rng = Story(20280229), Random(7)  # noqa: S311 -- days repeat
    seen = set()
    with clock.at(at(2031, 3, 1)):
        for number in range(200):
            on = dt.date(2025, 6, 1) + dt.timedelta(days=rng.randrange((LAST - dt.date(2025, 6, 1)).days))
            told = {row.key: (row.due, row.state(on).value) for row in everything(on, kinds=KINDS)}
            assert told == story.replay(on), on
            seen |= {state for _, state in told.values()}
            if number % 10 == 0:  # these kinds are the same beside all others
                assert told == {row.key: (row.due, row.state(on).value) for row in everything(on) if row.kind in KINDS}
    assert seen == {"upcoming", "due", "overdue", "met", "late", "waived", "none"}
