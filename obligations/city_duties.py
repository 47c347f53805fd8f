"""Duties of the city: holding stage assessments and post-evaluations, inspections, exchange, closing and reporting a year."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.db.models import BooleanField, CharField, DateTimeField, IntegerField, Min, QuerySet, Value
from django.db.models.functions import Cast, ExtractYear

from approvals.losses.models import RecordedAssessment, RecordedKind
from assessments.common.calendar import Cycle, StageTerms, anniversary, held_on_paper, stage_cycles, stage_terms
from assessments.post_evaluations.models import CONCLUDED, PostEvaluation, SampleDraw
from assessments.self_checks.models import SelfCheck
from districts.common.enums import Stage, World
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.core import clock, memoisation
from greendistrict.core.addresses import reverse
from greendistrict.core.days import day_in_words
from greendistrict.core.django_internals import Compiled
from greendistrict.policy.dates import due_date, in_words, nominal_date
from greendistrict.policy.duty_table import CITY, DutyKind, duty_kind
from greendistrict.policy.parameters import default_mark, first_day_in_use
from greendistrict.policy.statutes import REPORT_ON_DISCLOSURE
from obligations.duties import Actors, Obligation, of_kind
from obligations.expected_records import met_days
from obligations.matter_rows import matter_table, rows_of
from obligations.matters import BY_CITY, done_by
from obligations.stage_assessment import opened_stages
from obligations.titled_districts import NO_APPLICANT, TitledDistrict, owing, titled_districts, titled_since
from obligations.way import Day, How, is_default, rolled, way_by_setting
from outreach.disclosures.models import DisclosureRequest, YearlyDisclosureReport

HOLD, DRAW, POST = duty_kind("stage_hold"), duty_kind("post_draw"), duty_kind("post_hold")
DISCLOSURE_REPORT = duty_kind("disclosure_report")
MECHANISMS = duty_kind("mechanisms")
PUBLIC = "社会公众"
DAY = dt.timedelta(days=1)
LONGEST_WINDOW = dt.timedelta(days=365)  # a window opens at most a year before the assessment
DRAWN, HELD, CHECKED, ENTERED = "draw", "demonstrations", "self-checks", "assessments"
ASKED, REPORTED, BY_JANUARY = "requests", "disclosure reports", "Y+1-01-31"
NO_MOMENT = Cast(Value(None), DateTimeField())
OFFICER = Actors((Role.CITY_OFFICER,), None)
RECEIPTS_CLOSE = "snapshot.closes"


class YearlyOfCity(NamedTuple):
    """A yearly duty of the city: key, setting of its day, title and page.

    ``is_on_year_before`` marks those about the past year (closing and report): they open when its receipts have closed, and only
    if it has a self-check.
    """

    key: str
    setting: str
    title: str
    page: str = ""
    is_on_year_before: bool = False

    def link(self, year: int) -> str:
        """Where it is done for a year; empty without a page."""
        match self.page:
            case "reports:closing":
                return reverse(self.page, args=[year])
            case "reports:report_request":
                return f"{reverse(self.page, args=['annual_city'])}?year={year}"
        return reverse(self.page) if self.page else ""

    def years(self, on: dt.date) -> range:
        """Years listed on a day, from the first that fell due in use."""
        shift = int(self.is_on_year_before)
        return range(min(on.year, first_day_in_use().year) - shift, on.year + 1 - shift)


YEARLY = (
    YearlyOfCity("inspection_plan", "duties.inspection_plan", "{year}年监督检查计划", "assessments:inspection_list"),
    YearlyOfCity("exchange", "duties.exchange", "{year}年经验交流"),
    YearlyOfCity("snapshot", "duties.snapshot", "{year}年度数据冻结", "reports:closing", is_on_year_before=True),
    YearlyOfCity("yearly_report", "duties.yearly_report", "{year}年度报告", "reports:report_request", is_on_year_before=True),
)
KINDS = tuple(duty_kind(duty.key) for duty in YEARLY)
EVALUATIONS = matter_table(PostEvaluation, CONCLUDED, "year", days=("due",), moments=("opened_at", "concluded_at"))


def city_row(kind: DutyKind, key: str, title: str, due: dt.date, to: str) -> Obligation:
    """An obligation of the city that belongs to no district."""
    return of_kind(kind, key, title, due, to)._replace(organisation=CITY, is_recorded=due >= first_day_in_use(), actors=OFFICER)


def collect_yearly(day: Day) -> Iterable[Obligation]:
    """Yearly duties of the city for this year and unmet earlier ones; without a record kept, 无记录.

    One belongs to the story where only districts of the story have self-checks, for closing and report those of the year.
    """
    on, held, calendar, is_told = day.on, day.terms.settings, day.terms.calendar, _is_of_story()
    for duty, kind in zip(YEARLY, KINDS, strict=True):
        years = duty.years(on)
        begun: Collection[int] = years
        real: Collection[int] = () if is_told else years
        if duty.is_on_year_before:
            checked = [(year, demo) for what, year, demo, _ in _records() if what == CHECKED and year in years]
            begun, real = {year for year, _ in checked}, {year for year, demo in checked if not demo}
        met = met_days(duty.key, on, begun) if begun else {}
        for year in years:
            due = due_date(held.text(duty.setting), year=year, calendar=calendar)
            done = met.get((0, year)) if met else None
            is_known = met is not None and (year in begun or year >= day.today.year)
            if met and done is None and not duty.is_on_year_before:
                is_known = due >= min(met.values())  # not owed for years before its first record
            if year < years[-1] and (not is_known or (done and done < day.since)):
                continue
            row = city_row(kind, str(year), duty.title.format(year=year), due, PUBLIC)
            yield row._replace(
                met_on=done,
                link=duty.link(year),
                opens=nominal_date(held.text(RECEIPTS_CLOSE), year) + DAY if duty.is_on_year_before else dt.date(due.year, 1, 1),
                how=way_by_setting(duty.setting, year, due),
                is_default_date=is_default(duty.setting),
                is_recorded=row.is_recorded and is_known,
                is_demo=year not in real and (is_told or year in begun),
                year=year,
            )


def _is_of_story() -> bool:
    """Whether only fictional districts have self-checks."""
    return {demo for what, _, demo, _ in _records() if what == CHECKED} == {True}


def collect_draws(day: Day) -> Iterable[Obligation]:
    """The yearly draw, for real and for fictional districts, if there are demonstrations; real ones that nobody entered read 无记录."""
    on, held, calendar, key = day.on, day.terms.settings, day.terms.calendar, "duties.post_draw"
    drawn = {(year, demo): at.astimezone(clock.SHANGHAI).date() for what, year, demo, at in _records() if what == DRAWN and at}
    first = {demo: at.astimezone(clock.SHANGHAI).date() for what, _, demo, at in _records() if what == HELD and at}
    known = {demo: min(made for (_, of), made in drawn.items() if of == demo) for demo in {of for _, of in drawn}}
    if day.past:
        worlds = sorted({district.is_demo for district in titled_districts(on=day.past) if district.stage == Stage.DEMONSTRATION})
    else:
        worlds = sorted(demo for what, _, demo, _ in _records() if what == HELD)
    for demo in worlds:
        for year in range(min(day.first.year, on.year), on.year + 1):
            done = found if (found := drawn.get((year, demo))) and found <= on else None
            due = due_date(held.text(key), year=year, calendar=calendar)
            if (done and done < day.since) or due < first.get(demo, due):
                continue  # met long ago, or there was no demonstration to draw from
            row = city_row(DRAW, f"{year}:{int(demo)}", f"{year}年后评估抽取", due, PUBLIC)
            yield row._replace(
                met_on=done,
                link=reverse("assessments:post_list"),
                opens=dt.date(year, 1, 1),
                how=way_by_setting(key, year, due),
                is_default_date=is_default(key),
                is_demo=demo,
                is_recorded=row.is_recorded and (demo or due >= min(on, known.get(demo, on))),
                year=year,
            )


def collect_disclosure_reports(day: Day) -> Iterable[Obligation]:
    """The report on disclosure by 31 January, for real and fictional requests; years without a request in the portal read 无记录."""
    on, records = day.on, _records()
    asked = {(year, demo) for what, year, demo, at in records if what == ASKED and at and at.astimezone(clock.SHANGHAI).date() <= on}
    published = {(year, demo): at.astimezone(clock.SHANGHAI).date() for what, year, demo, at in records if what == REPORTED and at}
    unasked = {(year, False) for year in range(min(day.first.year, on.year) - 1, on.year)}
    for year, demo in sorted(asked | unasked):
        due, opens = nominal_date(BY_JANUARY, year), dt.date(year + 1, 1, 1)
        done = found if (found := published.get((year, demo))) and found <= on else None
        if opens > on or (done and done < day.since):
            continue
        row = city_row(DISCLOSURE_REPORT, f"{year}:{int(demo)}", f"{year}年政府信息公开工作年度报告", due, PUBLIC)
        yield row._replace(
            met_on=done,
            link=f"{reverse('outreach:disclosure_report')}?of={year}-{World.DEMO if demo else World.REAL}",
            opens=opens,
            how=How(f"{year}年度", f"{REPORT_ON_DISCLOSURE}，{in_words(BY_JANUARY)}前"),
            is_default_date=False,
            is_demo=demo,
            is_recorded=row.is_recorded and ((year, demo) in asked or done is not None),
            year=year,
            seen_by=BY_CITY,
        )


def _titled_since(since: dt.date, day: Day, only: Collection[int] | None) -> list[TitledDistrict]:
    """Districts that hold a title on a day, and have held it since another."""
    if day.past is None:
        return titled_since(since, only)
    return [row for row in titled_districts(only, day.past) if row.held_since is not None and row.held_since <= since]


def _records() -> list[tuple[str, int, bool, dt.datetime | None]]:
    """Records that meet the city's yearly duties; one statement, read once for a page.

    Draws by year and world with their time; worlds with demonstrations today and the first day of these; years with self-checks, by world;
    years with requests for information and published reports on them, by world; and stage assessments that were entered later (补录), by
    district key with their day.
    """
    return memoisation.once(OF_CITY.read)


def _of_city() -> QuerySet[Any, Any]:
    draws = SampleDraw.objects.filter(drawn_at__isnull=False).order_by()
    held = District.objects.filter(stage=Stage.DEMONSTRATION, guideline_area=False).order_by().values("is_demo")
    worlds = held.annotate(first=Cast(Min("titled_on"), DateTimeField()))
    years, real = SelfCheck.objects.order_by(), Value(False, BooleanField())
    entered, day = RecordedAssessment.objects.counted().filter(kind=RecordedKind.STAGE).order_by(), Cast("concluded_on", DateTimeField())
    asked = (
        DisclosureRequest.objects.order_by()
        .annotate(asked=Cast(ExtractYear("filed_at", tzinfo=clock.SHANGHAI), IntegerField()))
        .values("asked", "is_demo")
    )
    published, on = YearlyDisclosureReport.objects.order_by(), Cast("published_on", DateTimeField())
    return draws.values_list(Value(DRAWN, CharField()), "year", "is_demo", "drawn_at").union(
        worlds.values_list(Cast(Value(HELD), CharField()), Value(0, IntegerField()), "is_demo", "first"),
        years.values_list(Cast(Value(CHECKED), CharField()), "year", "district__is_demo", NO_MOMENT).distinct(),
        entered.values_list(Cast(Value(ENTERED), CharField()), Cast("district_id", IntegerField()), real, day),
        asked.annotate(first=Min("filed_at")).values_list(Value(ASKED, CharField()), "asked", "is_demo", "first"),
        published.values_list(Value(REPORTED, CharField()), "year", "is_demo", on),
        all=True,
    )


OF_CITY = Compiled(_of_city)


def collect_held(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Stage assessments whose window has opened, and post-evaluations to be held by the city."""
    latest = day.on + LONGEST_WINDOW
    yield from (row for row in _stages(day, only, latest) if row.opens is None or row.opens <= day.on)
    yield from _evaluations(day, only)


def collect_coming(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Next stage assessment of each pilot whose window has not opened."""
    far = day.on + dt.timedelta(days=366 * stage_terms().years)
    return (row for row in _stages(day, only, far) if row.opens is not None and row.opens > day.on)


def _stages(day: Day, only: Collection[int] | None, until: dt.date) -> Iterator[Obligation]:
    """Stage assessments by ``until`` that fell due in use: those not begun, those of the last year, and the next one."""
    on, terms = day.on, stage_terms()
    by_default = is_default("stage.cycle_years")
    first = anniversary(until, -terms.years)
    pilots = [row for row in _titled_since(first, day, only) if row.stage == Stage.PILOT]
    opened = opened_stages(only) if pilots else ()
    records = {(one.district_id, str(one.due)): (one.pk, one.opened_at, vars(one)["entered"]) for one in opened}
    entered = cache(entered_stages)
    cycles = cache(lambda announced: [(str(one.day), _stage(announced, one, terms)) for one in stage_cycles(announced, until, terms)])
    for pilot in pilots:
        for point, of_all in cycles(pilot.held_since or until):
            record, begun, days = records.get((pilot.pk, point), (None, None, ()))
            opens = of_all.opens or of_all.due
            if record is None and opens <= on:
                days = entered().get(pilot.pk, ())
            # Held on paper and entered later (补录) meets it as well, also where the portal opened one for the same cycle afterwards.
            on_paper = held_on_paper(opens, days, terms.years, on)
            done = min(filter(None, (done_by(on, begun), on_paper)), default=None)
            if of_all.due >= day.first and not (done and done < day.since):
                link = reverse("assessments:stage", args=[record]) if record else reverse("assessments:owed_stage", args=[pilot.pk])
                yield _of_district(of_all, point, pilot, met_on=done, link=link, record=record, is_default_date=by_default)
            if of_all.due > on:
                break


def entered_stages() -> dict[int, list[dt.date]]:
    """Days of stage assessments that were held on paper and entered later, by district."""
    found: dict[int, list[dt.date]] = {}
    for what, district, _, at in _records():
        if what == ENTERED and at:
            found.setdefault(district, []).append(at.astimezone(clock.SHANGHAI).date())
    return found


STAGE_OPENS = "stage.window_opens_days_before"


def _stage(announced: dt.date, point: Cycle, terms: StageTerms) -> Obligation:
    """The stage-assessment obligation for every pilot announced on a day."""
    due = terms.calendar.roll_forward(point.day)
    rule = f"每{terms.years}年一次，期前{terms.before}个工作日起开放{default_mark(STAGE_OPENS)}"
    return city_row(HOLD, "", f"组织第{point.round}次阶段评估", due, "")._replace(
        opens=point.opens,
        how=How(f"公告日{day_in_words(announced)}", rule, rolled(point.day, due)),
    )


def _of_district(row: Obligation, key: str, district: TitledDistrict, **more: Any) -> Obligation:
    """An obligation of the city about a district; the district's side owes nothing. ``more`` are further fields."""
    return row._replace(
        key=f"{row.kind}:{district.pk}:{key}",
        to=district.applicant or NO_APPLICANT,
        district_id=district.pk,
        district=district.name,
        is_demo=district.is_demo,
        is_recorded=row.is_recorded and district.has_joined(row.due),
        **more,
    )


def _evaluations(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    """Each drawn demonstration is evaluated within the year of its draw."""
    on, held, calendar, key = day.on, day.terms.settings, day.terms.calendar, "duties.post_hold"
    for row in rows_of(EVALUATIONS, day.since, only):
        year, done, opened = row["year"], done_by(on, row["concluded_at"]), row["opened_at"].astimezone(clock.SHANGHAI).date()
        if year > on.year or opened > on or (done and done < day.since):
            continue
        due = due_date(held.text(key), year=year, calendar=calendar)
        yield city_row(POST, f"{row['pk']}", f"{year}年后评估", due, row["district__applicant__name"] or NO_APPLICANT)._replace(
            district_id=row["district_id"],
            district=row["district__name"],
            met_on=done,
            link=reverse("assessments:post", args=[row["pk"]]),
            how=way_by_setting(key, year, due, f"{day_in_words(opened)}抽中"),
            is_default_date=is_default(key),
            is_demo=row["district__is_demo"],
            record=row["pk"],
            status=row["status"],
            year=year,
        )


def collect_mechanisms(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """七（三）1: the year's management mechanisms, due with the operation report; 无记录 until the first record exists."""
    met = _mechanism_days(day)
    if met is not None:
        yield from _mechanisms(day, only, met)


def collect_unrecorded(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Duties of ``collect_mechanisms`` as long as no such record exists in the portal; they read 无记录."""
    return _mechanisms(day, only, None) if _mechanism_days(day) is None else ()


def _mechanism_days(day: Day) -> Mapping[tuple[int, int], dt.date] | None:
    return met_days(MECHANISMS.key, day.on, range(min(day.first.year, day.on.year) - 1, day.on.year + 1))


def _mechanisms(day: Day, only: Collection[int] | None, met: Mapping[tuple[int, int], dt.date] | None) -> Iterator[Obligation]:
    """Obligations of mechanisms. What fell due before the first record is not owed, but may be met."""
    year, key = day.on.year - 1, "operation_report.due"
    due = due_date(day.terms.settings.text(key), year=year, calendar=day.terms.calendar)
    since = min(met.values(), default=due) if met is not None else None
    of_all = city_row(MECHANISMS, "", f"{year}年度管理机制记录", due, CITY)
    for district in owing(year, only, day.past):
        own = (district.applicant_id,) if district.applicant_id else ()
        done = met.get((district.pk, year)) if met else None
        row = _of_district(of_all, str(year), district)._replace(
            organisation=district.applicant or NO_APPLICANT,
            organisation_id=district.applicant_id,
            to=CITY,
            met_on=done,
            link=reverse("operation:ledger_by_key", args=[district.pk, year]),
            is_link_open=True,
            authority_ids=tuple(district.leading),
            debtor_ids=own,
            opens=nominal_date("Y+1-01-01", year),
            how=way_by_setting(key, year, due),
            is_default_date=is_default(key),
            is_recorded=since is not None and (done is not None or due >= since) and district.is_recorded(due),
            year=year,
            actors=Actors((Role.PREPARER, Role.REVIEWER), own),
            ended_on=district.until,
        )
        if row.was_owed:
            yield row
