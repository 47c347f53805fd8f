"""Obligations of past and future days: ``manage.py obligations --on``, and 200 random days that equal a naive replay of events."""

import datetime as dt
import json
from random import Random

import pytest
from django.core.management import CommandError, call_command

from approvals.titles.models.publicity import Title
from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.models import YearlyReport
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from obligations import services
from obligations.selectors import due, everything
from tests.factories.accounts import cast, make_organisation
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.titles import give_title

NOW = at(2028, 6, 1)


def told(capsys, day, *options):
    call_command("obligations", "--on", day, "--json", *options)
    return {row["key"]: row for row in json.loads(capsys.readouterr().out)}


def of_kind(rows, kind="self_check"):
    return [row for row in rows.values() if row["kind"] == kind]


@pytest.fixture
def district(people):
    found = make_district(people, name="演示丁城（虚构）", code="ding")
    give_title(found, granted_on=dt.date(2026, 2, 28))
    return found


def filed(people, district, moment, status="filed"):
    check = make_self_check(people, district=district, year=2026, filled=False)
    SelfCheck.objects.filter(pk=check.pk).update(status=status, filed_at=moment, number=f"ZC-{check.pk}")
    return check


def step(check, source, target, moment):
    common = {"machine": "self_check", "subject": f"assessments.selfcheck:{check.pk}", "label": "x", "actor_name": "x", "action": target}
    TransitionRecord.objects.create(**common, source=source, target=target, at=moment)


def state_on(capsys, day, key):
    with clock.at(NOW):
        return told(capsys, day)[key]["state"]


def test_one_row_says_all_that_was_asked(people, district, capsys):
    with clock.at(at(2027, 2, 1)):
        row = told(capsys, "2027-02-01", "--district", "ding")[f"self_check:{district.pk}:2026"]
    assert row == {
        "key": f"self_check:{district.pk}:2026",
        "kind": "self_check",
        "title": "2026年度自查",
        "debtor": people.applicant_body.name,
        "creditor": "市住房城乡建设管理委",
        "district": "ding",
        "due": "2027-03-31",
        "how": {
            "anchor": "2026年度",
            "rule": "年度自查提交期限：次年3月31日（默认值）",
            "rolled": "2027年节假日安排未公布，暂定",
            "extended": "",
        },
        "state": "due",
        "default": True,
        "cite": "八（二）",
    }


def test_a_record_counts_by_its_own_day_on_every_day(people, district, capsys):
    check = filed(people, district, at(2027, 4, 20))
    key = f"self_check:{district.pk}:2026"
    assert [state_on(capsys, day, key) for day in ("2026-12-31", "2027-01-01", "2027-03-31", "2027-04-01", "2027-04-19", "2027-04-20")] == [
        *("upcoming", "due", "due", "overdue", "overdue", "late")
    ]
    step(check, "signing", "filed", at(2027, 3, 20))
    step(check, "filed", "returned", at(2027, 4, 2))
    step(check, "signing", "filed", at(2027, 4, 20))
    assert [state_on(capsys, day, key) for day in ("2027-03-19", "2027-03-20", "2027-04-01", "2027-04-02", "2027-04-19", "2027-04-20")] == [
        *("due", "met", "met", "overdue", "overdue", "late")
    ]


def test_waivers_and_extensions_count_from_their_decision(people, district, capsys):
    key = f"self_check:{district.pk}:2026"
    with clock.at(at(2027, 3, 10)):
        services.decide(obligation=key, by=people.city_director, reason="防汛", extended_to=dt.date(2027, 5, 2))
    with clock.at(at(2027, 4, 28)):
        services.decide(obligation=key, by=people.city_director, reason="撤并")
    with clock.at(NOW):
        days = ("2027-03-09", "2027-03-10", "2027-04-01", "2027-04-28")
        rows = [told(capsys, day)[key] for day in days]
    assert [(row["due"], row["state"]) for row in rows] == [
        *(("2027-03-31", "due"), ("2027-05-03", "due"), ("2027-05-03", "due"), ("2027-03-31", "waived"))
    ]
    assert rows[1]["how"]["extended"] == "2027年3月10日审定，由2027年3月31日延至2027年5月3日"


def test_a_setting_counts_from_its_effective_day(people, district, capsys):
    with clock.at(at(2027, 1, 15)):
        set_setting(by=people.city_director, key="selfcheck.due", value="Y+1-04-15", reason="与年报同步", effective_on=dt.date(2027, 2, 1))
        told_now = {row.key: row for row in due(clock.today())}[f"self_check:{district.pk}:2026"]
    assert (told_now.due, told_now.is_default_date) == (dt.date(2027, 3, 31), True)
    with clock.at(NOW):
        rows = [told(capsys, day)[f"self_check:{district.pk}:2026"] for day in ("2027-01-31", "2027-02-01")]
    assert [(row["due"], row["default"]) for row in rows] == [("2027-03-31", True), ("2027-04-15", False)]


def test_titles_are_those_of_the_day(people, district, capsys):
    with clock.at(NOW):
        assert of_kind(told(capsys, "2026-02-27")) == []
        assert {row["district"] for row in of_kind(told(capsys, "2026-02-28"))} == {"ding"}
        assert {row["district"] for row in of_kind(told(capsys, "2026-06-01"))} == {"ding", "jia"}


def test_no_record_before_the_first_day_in_use_and_for_bodies_that_do_not_work_here(people, capsys):
    early = make_district(people, name="演示戊城（虚构）", code="wu")
    give_title(early, granted_on=dt.date(2024, 6, 1))
    absent = make_district(name="桃浦智创城", code="taopu", is_demo=False, sources=["x"])
    give_title(absent, granted_on=dt.date(2024, 6, 1))
    silent = make_district(name="演示己城（虚构）", code="ji", applicant=make_organisation("applicant", name="演示新公司（虚构）"))
    give_title(silent, granted_on=dt.date(2024, 6, 1))
    with clock.at(NOW):
        states = {(row["district"], row["title"]): row["state"] for row in of_kind(told(capsys, "2025-06-01"))}
        assert states["wu", "2024年度自查"] == "none"
        states = {(row["district"], row["title"]): row["state"] for row in of_kind(told(capsys, "2027-04-01"))}
    assert states["wu", "2026年度自查"] == "overdue"
    assert states["wu", "2025年度自查"] == "overdue"
    assert {states["taopu", "2026年度自查"], states["ji", "2026年度自查"]} == {"none"}


def test_the_command_narrows_and_refuses_what_it_does_not_know(people, district, capsys):
    district.authorities.set([make_organisation("authority", name="演示乙区人民政府（虚构）")])
    with clock.at(NOW):
        named = told(capsys, "2027-04-01", "--authority", people.authority_body.code)
        assert {row["district"] for row in of_kind(named)} == {"jia"}
        assert {row["district"] for row in told(capsys, "2027-04-01", "--district", "ding").values()} == {"ding"}
        call_command("obligations", "--on", "2027-04-01", "--district", "ding")
        assert "逾期\t2026年度自查\tding" in capsys.readouterr().out
    for wrong in (("--on", "2027-02-30"), ("--authority", "nowhere"), ("--district", "nowhere")):
        with pytest.raises(CommandError):
            call_command("obligations", *wrong)


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
