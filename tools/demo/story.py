"""The demo data: thirteen districts in different states, created with the services at past times."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import partial

from approvals.cases.models.cases import Case
from assessments.common.enums import YearlyReportKind as Report
from assessments.reviews.models import Review
from assessments.self_checks import services as selfchecks
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.sharing import services as shares
from assessments.sharing.selectors import assignable_bureaus
from districts.common.enums import DistrictType
from districts.file.models.district import District
from districts.profile.services import authorise_consultant
from greendistrict.accounts.enums import Department
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock, workdays
from greendistrict.workflow.procedure import take
from obligations.reminders import sweep
from reports.closings.registry import closes_day
from reports.closings.services import open_due
from tools.demo import (
    action_plan,
    afterwards,
    area_figures,
    assessments,
    demonstration,
    exchange,
    inventories,
    land_records,
    ledger,
    matters,
    metering,
    opinions,
    plot_control,
    reserves,
    scores,
    stories,
    titles,
)
from tools.demo import application as way
from tools.demo import district as land
from tools.demo import indicators as aims
from tools.demo import surroundings as around
from tools.demo.disagreement import disagree
from tools.demo.district import DemoDistrict
from tools.demo.measures import enter_measures
from tools.demo.tables import Year, file_self_check, fill
from tools.demo.timing import after, base_year, moment
from tools.demo.yearly_reports import figures_of, receive_carbon, return_carbon, waive_first_reports, yearly_reports

NEW, RENEWAL = DistrictType.NEW, DistrictType.RENEWAL
KECHUANG_SEATS = ("preparer_kechuang", "reviewer_kechuang", "authority_yi", "housing_yi")
GANGWAN_SEATS = ("preparer_kechuang", "reviewer_kechuang", "authority_bing", "authority_bing")
BINJIANG_SEATS = ("preparer_binjiang", "reviewer_binjiang", "authority_yi", "housing_yi")
YUNWAN_SEATS = ("preparer_hupan", "reviewer_hupan", "authority_bing", "authority_bing")
XINCHENG = DemoDistrict(
    "演示新城区（虚构）", NEW, "990001", "demo-jia", "demo-xincheng", Decimal("5.86"), Decimal("3.42"), 42, 3, 1, (121.47, 30.93),
    detailed=True,
)  # fmt: skip
KECHUANG = DemoDistrict(
    "演示科创区（虚构）", NEW, "990002", "demo-yi", "demo-kechuang", Decimal("3.10"), Decimal("1.90"), 30, 2, 2, (121.26, 31.37),
    KECHUANG_SEATS, Decimal("34.0"), detailed=True,
)  # fmt: skip
GANGWAN = DemoDistrict(
    "演示港湾区（虚构）", NEW, "990003", "demo-bing", "demo-kechuang", Decimal("2.40"), Decimal("1.60"), 24, 2, 3, (121.80, 31.00),
    GANGWAN_SEATS, Decimal("36.5"),
)  # fmt: skip
BINJIANG = DemoDistrict(
    "演示滨江更新区（虚构）", RENEWAL, "990002", "demo-yi", "demo-binjiang", Decimal("2.35"), Decimal("0.40"), 24, 2, 4, (121.53, 31.28),
    BINJIANG_SEATS, Decimal("42.0"), detailed=True,
)  # fmt: skip
CHANYE = DemoDistrict(
    "演示产业区（虚构）", NEW, "990001", "demo-jia", "demo-xincheng", Decimal("4.20"), Decimal("2.60"), 26, 2, 5, (121.42, 31.40),
    carbon=Decimal("45.0"),
)  # fmt: skip
HUPAN = DemoDistrict(
    "演示湖畔区（虚构）", NEW, "990001", "demo-jia", "demo-xincheng", Decimal("1.90"), Decimal("0.80"), 20, 2, 6, (121.05, 31.10),
    carbon=Decimal("29.0"),
)  # fmt: skip
ZHUYUAN = DemoDistrict(
    "演示竹园区（虚构）", NEW, "990001", "demo-jia", "demo-xincheng", Decimal("1.60"), Decimal("0.90"), 14, 1, 7, (121.55, 31.62),
    carbon=Decimal("33.0"),
)  # fmt: skip
YUNWAN = DemoDistrict(
    "演示云湾区（虚构）", NEW, "990003", "demo-bing", "demo-hupan", Decimal("2.05"), Decimal("1.20"), 18, 2, 8, (121.22, 31.03),
    YUNWAN_SEATS, Decimal("30.5"), detailed=True,
)  # fmt: skip
XUEYUAN = DemoDistrict(
    "演示学园区（虚构）", NEW, "990002", "demo-yi", "demo-kechuang", Decimal("2.20"), Decimal("1.40"), 16, 2, 9, (121.30, 31.34),
    KECHUANG_SEATS, Decimal("32.5"),
)  # fmt: skip
HEWAN = DemoDistrict(
    "演示河湾更新区（虚构）", RENEWAL, "990002", "demo-yi", "demo-binjiang", Decimal("1.45"), Decimal("0.30"), 16, 2, 10, (121.50, 31.27),
    BINJIANG_SEATS, Decimal("40.0"),
)  # fmt: skip
SONGTAO = DemoDistrict(
    "演示松涛区（虚构）", NEW, "990003", "demo-bing", "demo-hupan", Decimal("2.80"), Decimal("1.90"), 18, 2, 11, (121.18, 31.05),
    YUNWAN_SEATS, Decimal("35.0"),
)  # fmt: skip
SHITANG = DemoDistrict(
    "演示石塘更新区（虚构）", RENEWAL, "990003", "demo-bing", "demo-hupan", Decimal("1.20"), Decimal("0.20"), 12, 1, 12, (121.86, 30.96),
    YUNWAN_SEATS, Decimal("38.0"),
)  # fmt: skip
QINGHE = DemoDistrict(
    "演示青禾区（虚构）", NEW, "990003", "demo-bing", "demo-hupan", Decimal("1.75"), Decimal("1.05"), 14, 1, 13, (121.88, 31.12),
    YUNWAN_SEATS, Decimal("34.5"),
)  # fmt: skip
# Before its committee was dissolved.
GANGWAN_ONCE = replace(GANGWAN, authority="demo-gangwan", seats=(*GANGWAN_SEATS[:2], "authority_gangwan", "authority_gangwan"))
Bodies = dict[str, Organisation]
WATER = ("5.2.1", "5.2.3", "7.2.13", "7.2.14")  # clauses with figures from the water bureau
LATE_SOLAR = frozenset({"7.2.9"})  # 并网延期: clauses that miss their target


def load(bodies: Bodies, people: way.People) -> None:
    """Create everything in chronological order. Times are relative to the business day, so that nothing is in the future."""
    today = clock.today()
    year = base_year(today)
    first = dt.date(year - 2, 5, 1)
    with clock.at(dt.datetime.combine(first, dt.time(10), tzinfo=clock.SHANGHAI)):  # a setting applies from the day it is decided
        around.name_contact(people)
        around.confirm_settings(people, first)
    around.designate_bodies(bodies, people, dt.date(year - 3, 11, 6))
    for plot, start in (
        (YUNWAN, dt.date(year - 2, 1, 15)),
        (XINCHENG, dt.date(year - 2, 7, 8)),
        (GANGWAN_ONCE, dt.date(year - 1, 2, 10)),
        (KECHUANG, dt.date(year - 1, 3, 5)),
    ):
        _pilot(plot, bodies, people, start=start)
    gangwan = District.objects.get(name=GANGWAN.name)
    titles.transferred(gangwan, (bodies["demo-gangwan"], bodies["demo-bing"]), people, dt.date(year - 1, 9, 15))
    _first_reports(people, year)
    demonstration.self_checks(YUNWAN, people, year)
    _reports_of_the_year(people, year)
    demonstration.accept(YUNWAN, people, year)
    _running(people, today)
    _open_cases(bodies, people, today)
    kechuang, gangwan = (District.objects.get(name=plot.name) for plot in (KECHUANG, GANGWAN))
    matters.change_before_director(kechuang, people, today)
    matters.setting_before_checker(people, today)
    matters.acceptance_begun(kechuang, people, today)
    stage = matters.inspection_being_mended(gangwan, people, today)
    _outreach(gangwan, people, today)
    action_plan.write(bodies, people, today)
    assessments.stage_being_mended(stage, GANGWAN, people, today)
    assessments.evaluation_drawn(people, today)
    _losses(bodies, people, today)
    around.surround(XINCHENG, District.objects.get(name=XINCHENG.name), people)
    _beside_the_plan(bodies, people, today)
    around.yearly_plans(people, today, _plans_listed(today))
    land.show_outline(YUNWAN, people[YUNWAN.seats[0]], today - dt.timedelta(days=22))
    scores.release(YUNWAN.name, XINCHENG.name, people["city_officer"], today)
    _lately(bodies, people, year, today)
    stories.write(District.objects.get(name=GANGWAN.name), people, today)  # needs the figures of the ledger
    stories.write_with_scores(District.objects.get(name=YUNWAN.name), people, today)
    _close_year(people, year - 1)
    remind(today)


def _reports_of_the_year(people: way.People, year: int) -> None:
    """Reports on the year before: first reports are waived, then the ledger and the reports drafted from it."""
    for plot, tiers, size, kinds in ((XINCHENG, 3, 100, (Report.OPERATION,)), (YUNWAN, 2, 80, tuple(Report))):
        waive_first_reports(plot, people, year - 2)
        district, day = District.objects.get(name=plot.name), dt.date(year, 2, 24)
        ledger.enter(district, people[plot.seats[0]], year - 1, on=day, tiers=tiers, size=size)
        yearly_reports(plot, people, year - 1, kinds=kinds)


def _plans_listed(today: dt.date) -> dict[tuple[str, int], tuple[str, list[str], str]]:
    """Yearly plans by authority and year."""
    return {
        ("demo-jia", today.year - 1): ("authority", [XINCHENG.name], "note"),
        ("demo-jia", today.year): ("authority", [XINCHENG.name], "note"),
        ("demo-jia", today.year + 1): ("authority", [XINCHENG.name], ""),
        ("demo-yi", today.year - 1): ("authority_yi", [KECHUANG.name], "note"),
        ("demo-yi", today.year): ("authority_yi", [KECHUANG.name], "note"),
        ("demo-yi", today.year + 1): ("authority_yi", [KECHUANG.name, BINJIANG.name], "return"),
        ("demo-bing", today.year - 1): ("authority_bing", [YUNWAN.name], "note"),
        ("demo-bing", today.year): ("authority_bing", [GANGWAN.name, YUNWAN.name], "note"),
        ("demo-bing", today.year + 1): ("authority_bing", [GANGWAN.name], "file"),
    }


def _losses(bodies: Bodies, people: way.People, today: dt.date) -> None:
    """One in legal check, one under hearing, one decided and contested in court."""
    matters.loss_in_legal_check(SHITANG, bodies, people, today)
    matters.loss_being_heard(ZHUYUAN, bodies, people, today)
    titles.revoked_and_sued(QINGHE, bodies, people, today)


def _outreach(gangwan: District, people: way.People, today: dt.date) -> None:
    """Content for the public: publications and answers."""
    exchange.write(gangwan, people, today)
    xincheng = District.objects.get(name=XINCHENG.name)
    afterwards.write(gangwan, xincheng, people, today)
    opinions.write(xincheng, gangwan, people["city_officer"], today)


def _lately(bodies: Bodies, people: way.People, year: int, today: dt.date) -> None:
    """Ledgers of four districts for comparison, carbon inventories of three; land records and meters of the main demo district."""
    for plot in (XINCHENG, YUNWAN):
        ledger.carry_on(District.objects.get(name=plot.name), people[plot.seats[0]], year - 1)
    for plot, tiers, size in ((KECHUANG, 3, 65), (GANGWAN, 1, 50)):
        ledger.keep(District.objects.get(name=plot.name), people[plot.seats[0]], year - 1, tiers=tiers, size=size)
    xincheng = District.objects.get(name=XINCHENG.name)
    land_records.supervise(xincheng, people["preparer"], people["housing"], today)
    land_records.add_plots(xincheng, people["preparer"], today)
    land_records.change_plots(xincheng, people["preparer"], today)
    land_records.split_by_case(xincheng, people, today)
    metering.read_meters(xincheng, people["housing"], today)
    for plot, signed in ((XINCHENG, True), (YUNWAN, False)):
        preparer, reviewer, authority = (people[name] for name in plot.seats[:3])
        seats = inventories.CarbonSeats(preparer, reviewer, authority, people["verifier"], bodies["demo-verifier"], people["city_officer"])
        figures = partial(figures_of, plot) if signed else None
        inventories.beside_report(District.objects.get(name=plot.name), seats, year - 1, signed=signed, figures=figures)
    inventories.draft_early(District.objects.get(name=GANGWAN.name), people[GANGWAN.seats[0]])
    inventories.publish(xincheng, people["authority"], year - 1, at=dt.date(year, 5, 7))
    receive_carbon(XINCHENG, people, year - 1, at=dt.date(year, 5, 11))
    return_carbon(YUNWAN, people, year - 1, at=dt.date(year, 4, 16))


def _beside_the_plan(bodies: Bodies, people: way.People, today: dt.date) -> None:
    """Other content of 美丽上海: projects of the reserve libraries, figures by area."""
    reserves.write(bodies, people, today)
    area_figures.write(people, today)


def _close_year(people: way.People, year: int) -> None:
    """The director closes the year on the second working day after the last day of receipt, if that has passed."""
    closed = after(moment(closes_day(year)), 2)
    if closed <= clock.now():
        with clock.at(closed):
            for closing in open_due(clock.today()):
                if closing.year == year:
                    take(obj=closing, action="close", by=people["city_director"], version=closing.version)


LEFT = (30, 14, 7, 1, 0, -1, -7, -8, -9)  # days before (negative: after) the due day on which reminders are sent


def remind(today: dt.date) -> None:
    """Send the reminders of the mornings before and after the most recent due days, for what is still due."""
    year = base_year(today)
    mornings = {due - dt.timedelta(days=left) for due in (dt.date(year, 3, 31), dt.date(year, 4, 30)) for left in LEFT}
    for day in sorted(mornings | {today - dt.timedelta(days=back) for back in range(8)}):
        if workdays.current().is_working(day):
            with clock.at(dt.datetime.combine(day, dt.time(8, 5), tzinfo=clock.SHANGHAI)):
                sweep(day)


RECENT_DAYS = 100
AMBITIONS = {YUNWAN.name: demonstration.PLANNED, XINCHENG.name: 0.68, GANGWAN.name: 0.52, KECHUANG.name: 0.55}


def _pilot(plot: DemoDistrict, bodies: Bodies, people: way.People, *, start: dt.date) -> Case:
    """A whole application from draft to announcement."""
    case, _, held = _reviewed(plot, bodies, people, start=start)
    return way.decide(case, people, held)


def _reviewed(
    plot: DemoDistrict, bodies: Bodies, people: way.People, *, start: dt.date, concluded: bool = True
) -> tuple[Case, Review, dt.datetime]:
    """An application up to its review meeting, with the time of its end. Unless ``concluded``, readers disagree and there is no vote."""
    preparer, reviewer, authority = (people[name] for name in plot.seats[:3])
    begin, recent = moment(start), (clock.today() - start).days < RECENT_DAYS
    with clock.at(begin):
        case = way.draft(plot, bodies, people, ambition=AMBITIONS.get(plot.name, 0.53), proven=1 if recent else 5)
    with clock.at(after(begin, 3)):
        case = way.submit(case, preparer, reviewer)
    with clock.at(after(begin, 12)):
        case = way.endorse(case, authority)
    with clock.at(after(begin, 16)):
        case = way.accept(case, people)
    with clock.at(after(begin, 18)):
        review = way.seat_panel(case, people)
    with clock.at(after(begin, 24)):
        disputed = [] if concluded else disagree(review)
        way.score_alone(review)
        way.call_meeting(review, people, at=after(begin, 28))
    with clock.at(after(begin, 28) + dt.timedelta(minutes=5)):
        if concluded:
            way.hold_meeting(review, people, plot.star)
        else:
            way.begin_meeting(review, people, left=disputed[1:])
    return case, review, after(begin, 28)


def _step(check: SelfCheck, action: str, by: User) -> None:
    take(obj=check, action=action, by=by, version=check.version)


def _check(plot: DemoDistrict, year: int) -> SelfCheck:
    return SelfCheck.objects.select_related("district", "table").get(district__name=plot.name, year=year)


def _first_reports(people: way.People, year: int) -> None:
    """Self-checks of the two years before: received, filed and waiting, not filed."""
    preparer, reviewer, officer = people["preparer"], people["reviewer"], people["city_officer"]
    with clock.at(moment(dt.date(year - 2, 12, 20))):
        for plot in (XINCHENG, YUNWAN):
            _build(plot, people, 0)
    with clock.at(moment(dt.date(year - 1, 1, 6))):
        selfchecks.open_due(clock.today())
    with clock.at(moment(dt.date(year, 3, 2))):
        aims.enter_carbon(District.objects.get(name=XINCHENG.name), XINCHENG, preparer, reviewer, first=year - 2)
        enter_measures(District.objects.get(name=XINCHENG.name), preparer, reviewer, year=year)
    with clock.at(moment(dt.date(year - 1, 3, 20))):
        file_self_check(_check(XINCHENG, year - 2), preparer, reviewer, Year(XINCHENG.seed, 0.68, 0.6))
    with clock.at(moment(dt.date(year - 1, 4, 10))):
        _step(_check(XINCHENG, year - 2), "receive", officer)
    with clock.at(moment(dt.date(year - 1, 12, 20))):
        for plot, share in ((XINCHENG, 0.3), (KECHUANG, 0.2), (GANGWAN, 0), (YUNWAN, 1)):
            _build(plot, people, share)
    with clock.at(moment(dt.date(year, 1, 6))):
        selfchecks.open_due(clock.today())
    with clock.at(moment(dt.date(year, 3, 26))):
        file_self_check(_check(XINCHENG, year - 1), preparer, reviewer, Year(XINCHENG.seed, 0.69, 0.85, LATE_SOLAR))
        _step(_check(XINCHENG, year - 1), "countersign_after", people["authority"])
    with clock.at(moment(dt.date(year, 4, 16))):
        _step(_check(XINCHENG, year - 1), "receive", officer)
    with clock.at(moment(dt.date(year, 5, 12))):
        year_one = Year(KECHUANG.seed, 0.55, 0.55)
        file_self_check(_check(KECHUANG, year - 1), people["preparer_kechuang"], people["reviewer_kechuang"], year_one)


def _build(plot: DemoDistrict, people: way.People, share: float) -> None:
    """Record construction starts, and a share of the lists as built."""
    district = District.objects.get(name=plot.name)
    land.progress(district, people[plot.seats[0]], people[plot.seats[3]], share=share, seed=plot.seed)


def _running(people: way.People, today: dt.date) -> None:
    """Build more; this year's self-check is being filled in."""
    with clock.at(moment(today - dt.timedelta(days=40))):
        _build(XINCHENG, people, 0.6)
    selfchecks.open_due(today)
    check = (
        SelfCheck.objects.filter(district__name=XINCHENG.name, status=SelfCheckState.DRAFT)
        .select_related("district", "table")
        .order_by("-year")
        .first()
    )
    if check is not None:
        fill(check.table, people["preparer"], Year(XINCHENG.seed, 0.7, 0.95, LATE_SOLAR), leave=11)
        bureau = assignable_bureaus(check.table.district).filter(departments__contains=[Department.WATER]).first()
        due = today + dt.timedelta(days=30)
        shares.give_out(
            table=check.table, items=WATER, by=people["preparer"], organisation=bureau, due_on=due, note="按供水、排水年报口径填写"
        )
    plot_control.control_plots(District.objects.get(name=XINCHENG.name), people["preparer"], people["housing"])


def _open_cases(bodies: Bodies, people: way.People, today: dt.date) -> None:
    """Applications in different states: notice, vote, decision to announce, review, one to receive, incomplete draft."""
    decided, _, held = _reviewed(HEWAN, bodies, people, start=today - dt.timedelta(days=85))
    way.decide(decided, people, held, announced=False)
    noticed, _, held = _reviewed(XUEYUAN, bodies, people, start=today - dt.timedelta(days=48))
    way.open_notice(noticed, people, held)
    _reviewed(SONGTAO, bodies, people, start=today - dt.timedelta(days=43), concluded=False)
    begin = moment(today - dt.timedelta(days=60))
    binjiang = people["preparer_binjiang"], people["reviewer_binjiang"]
    with clock.at(begin):
        case = way.draft(BINJIANG, bodies, people, ambition=0.53)
    with clock.at(after(begin, 5)):
        case = way.submit(case, *binjiang)
    with clock.at(after(begin, 15)):
        case = way.endorse(case, people["authority_yi"])
    with clock.at(after(begin, 20)):
        case = way.accept(case, people)
    with clock.at(after(begin, 24)):
        review = way.seat_panel(case, people)
    with clock.at(after(begin, 28)):
        way.score_alone(review, how_many=2)
        way.type_sheet(review, people)
    begin = moment(today - dt.timedelta(days=30))
    with clock.at(begin):
        case = way.draft(CHANYE, bodies, people, ambition=0.53)
    with clock.at(after(begin, 2)):
        case = way.submit(case, people["preparer"], people["reviewer"])
    with clock.at(after(begin, 12)):
        way.endorse(case, people["authority"])
    with clock.at(moment(today - dt.timedelta(days=12))):
        case = way.draft(HUPAN, bodies, people, ambition=0.4, reduced=True, leave=30)
        consultant, day = bodies["demo-consultant"], clock.today()
        authorise_consultant(district=case.district, organisation=consultant, valid_from=day, valid_to=None, by=people["preparer"])
