"""The fiction as a whole: eight districts in eight states, told through the services at past moments."""

import datetime as dt
from decimal import Decimal

from approvals.models import Case
from assessments.models import SelfCheck
from assessments.selectors.shares import assignable_bureaus
from assessments.services import selfchecks, shares
from districts.enums import DistrictType
from districts.models import District
from districts.services import authorise_consultant
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from greendistrict.portal.demo import application as way
from greendistrict.portal.demo import control, demonstration, matters
from greendistrict.portal.demo import district as land
from greendistrict.portal.demo import indicators as aims
from greendistrict.portal.demo import surroundings as around
from greendistrict.portal.demo.district import Plot
from greendistrict.portal.demo.intakes import yearly_reports
from greendistrict.portal.demo.tables import file_self_check, fill
from greendistrict.portal.demo.timing import after, base_year, moment

NEW, RENEWAL = DistrictType.NEW, DistrictType.RENEWAL
XINCHENG = Plot(
    "演示新城区（虚构）", NEW, "310120", "demo-jia", "demo-xincheng", Decimal("5.86"), Decimal("3.42"), 42, 3, 1, (121.47, 30.93)
)
KECHUANG = Plot(
    "演示科创区（虚构）", NEW, "310114", "demo-yi", "demo-kechuang", Decimal("3.10"), Decimal("1.90"), 30, 2, 2, (121.26, 31.37)
)
GANGWAN = Plot(
    "演示港湾区（虚构）", NEW, "310115", "demo-bing", "demo-kechuang", Decimal("2.40"), Decimal("1.60"), 24, 2, 3, (121.80, 31.00)
)
BINJIANG = Plot(
    "演示滨江更新区（虚构）", RENEWAL, "310110", "demo-yi", "demo-binjiang", Decimal("2.35"), Decimal("0.40"), 24, 2, 4, (121.53, 31.28)
)
CHANYE = Plot("演示产业区（虚构）", NEW, "310113", "demo-jia", "demo-xincheng", Decimal("4.20"), Decimal("2.60"), 26, 2, 5, (121.42, 31.40))
HUPAN = Plot("演示湖畔区（虚构）", NEW, "310118", "demo-jia", "demo-xincheng", Decimal("1.90"), Decimal("0.80"), 20, 2, 6, (121.05, 31.10))
ZHUYUAN = Plot(
    "演示竹园区（虚构）", NEW, "310151", "demo-jia", "demo-xincheng", Decimal("1.60"), Decimal("0.90"), 14, 1, 7, (121.55, 31.62)
)
YUNWAN = Plot("演示云湾区（虚构）", NEW, "310117", "demo-bing", "demo-hupan", Decimal("2.05"), Decimal("1.20"), 18, 2, 8, (121.22, 31.03))
Bodies = dict[str, Organisation]
WATER = ("5.2.1", "5.2.3", "7.2.13", "7.2.14")  # clauses whose figures the water bureau has


def tell(bodies: Bodies, people: way.People) -> None:
    """Everything, oldest first. Moments count from business today, so that the fiction is never in the future."""
    today = clock.today()
    year = base_year(today)
    first = dt.date(year - 2, 1, 1).isoformat()
    set_setting(by=people["city_director"], key="obligations_from", value=first, reason="演示：虚构城区自这一天起在平台报送")
    _pilot(YUNWAN, bodies, people, demonstration.SEATS, start=dt.date(year - 2, 1, 15), ambition=0.6)
    _pilot(XINCHENG, bodies, people, ("preparer", "reviewer", "authority"), start=dt.date(year - 2, 7, 8), ambition=0.62)
    _pilot(
        GANGWAN, bodies, people, ("preparer_kechuang", "reviewer_kechuang", "authority_bing"), start=dt.date(year - 1, 2, 10), ambition=0.5
    )
    _pilot(
        KECHUANG, bodies, people, ("preparer_kechuang", "reviewer_kechuang", "authority_yi"), start=dt.date(year - 1, 3, 5), ambition=0.55
    )
    _first_reports(people, year)
    demonstration.build(YUNWAN, people, year)
    demonstration.self_checks(YUNWAN, people, year)
    yearly_reports(XINCHENG.name, ("preparer", "reviewer"), people, year - 1)
    yearly_reports(YUNWAN.name, demonstration.SEATS[:2], people, year - 1)
    demonstration.accept(YUNWAN, people, year)
    _running(people, today)
    _open_cases(bodies, people, today)
    kechuang, gangwan = (District.objects.get(name=plot.name) for plot in (KECHUANG, GANGWAN))
    matters.change_before_director(kechuang, people, today)
    matters.acceptance_begun(kechuang, people, today)
    matters.inspection_being_mended(gangwan, people, today)
    matters.loss_being_heard(ZHUYUAN, bodies, people, today)
    around.surround(XINCHENG, District.objects.get(name=XINCHENG.name), bodies, people)
    listed = {
        ("demo-jia", today.year - 1): ("authority", [XINCHENG.name], "note"),
        ("demo-jia", today.year): ("authority", [XINCHENG.name], "note"),
        ("demo-yi", today.year + 1): ("authority_yi", [KECHUANG.name, BINJIANG.name], "return"),
        ("demo-bing", today.year + 1): ("authority_bing", [GANGWAN.name], "file"),
    }
    around.yearly_plans(people, today, listed)


def _pilot(plot: Plot, bodies: Bodies, people: way.People, who: tuple[str, str, str], *, start: dt.date, ambition: float) -> Case:
    """A whole application from draft to announcement."""
    preparer, reviewer, authority = (people[name] for name in who)
    begin = moment(start)
    with clock.at(begin):
        case = way.draft(plot, bodies, preparer, ambition=ambition)
    with clock.at(after(begin, 3)):
        case = way.submit(case, preparer, reviewer)
    with clock.at(after(begin, 12)):
        case = way.endorse(case, authority)
    with clock.at(after(begin, 16)):
        case = way.accept(case, people)
    with clock.at(after(begin, 18)):
        review = way.seat_panel(case, people)
    with clock.at(after(begin, 24)):
        way.score_alone(review)
        way.call_meeting(review, people, at=after(begin, 28))
    with clock.at(after(begin, 28) + dt.timedelta(minutes=5)):
        way.hold_meeting(review, people, plot.star)
    return way.decide(case, people, after(begin, 29))


def _check(plot: Plot, year: int) -> SelfCheck:
    return SelfCheck.objects.select_related("district", "table").get(district__name=plot.name, year=year)


def _first_reports(people: way.People, year: int) -> None:
    """Self-checks of the two years before: received, filed and waiting, not filed."""
    preparer, reviewer, officer = people["preparer"], people["reviewer"], people["city_officer"]
    with clock.at(moment(dt.date(year - 1, 1, 6))):
        selfchecks.open_due(clock.today())
    _targets(people, year)
    with clock.at(moment(dt.date(year - 1, 3, 20))):
        file_self_check(_check(XINCHENG, year - 2), preparer, reviewer, seed=21, ambition=0.42)
    with clock.at(moment(dt.date(year - 1, 4, 10))):
        selfchecks.receive(check=_check(XINCHENG, year - 2), by=officer)
    with clock.at(moment(dt.date(year, 1, 6))):
        selfchecks.open_due(clock.today())
        _build(XINCHENG, people, 0.3)
    with clock.at(moment(dt.date(year, 3, 26))):
        file_self_check(_check(XINCHENG, year - 1), preparer, reviewer, seed=22, ambition=0.5)
        selfchecks.countersign(check=_check(XINCHENG, year - 1), by=people["authority"])
    with clock.at(moment(dt.date(year, 4, 16))):
        selfchecks.receive(check=_check(XINCHENG, year - 1), by=officer)
    with clock.at(moment(dt.date(year, 5, 12))):
        file_self_check(_check(KECHUANG, year - 1), people["preparer_kechuang"], people["reviewer_kechuang"], seed=23, ambition=0.45)


def _targets(people: way.People, year: int) -> None:
    """The indicator system of the oldest pilot, approved before its first report, and its carbon intensity."""
    district = District.objects.get(name=XINCHENG.name)
    with clock.at(moment(dt.date(year - 1, 1, 20))):
        aims.approved_system(district, (people["preparer"], people["reviewer"], people["authority"]), year=year - 2)
    with clock.at(moment(dt.date(year, 3, 2))):
        aims.enter_carbon(district, people["preparer"], first=year - 2)


def _build(plot: Plot, people: way.People, share: float) -> None:
    district = District.objects.get(name=plot.name)
    land.progress(district, people["preparer"], share=share, seed=plot.seed)


def _running(people: way.People, today: dt.date) -> None:
    """This year's self-check is being filled in."""
    selfchecks.open_due(today)
    check = (
        SelfCheck.objects.filter(district__name=XINCHENG.name, status="draft").select_related("district", "table").order_by("-year").first()
    )
    if check is not None:
        fill(check.table, people["preparer"], seed=31, ambition=0.55, leave=11)
        bureau = assignable_bureaus(check.table.district).filter(name__contains="水务").first()
        due = today + dt.timedelta(days=30)
        shares.give_out(
            table=check.table, items=WATER, by=people["preparer"], organisation=bureau, due_on=due, note="按供水、排水年报口径填写"
        )
    control.control_plots(District.objects.get(name=XINCHENG.name), people["preparer"], people["authority"])


def _open_cases(bodies: Bodies, people: way.People, today: dt.date) -> None:
    """One application under review with a sheet on paper to compare, one waiting for receipt, one draft with gaps."""
    begin = moment(today - dt.timedelta(days=60))
    binjiang = people["preparer_binjiang"], people["reviewer_binjiang"]
    with clock.at(begin):
        case = way.draft(BINJIANG, bodies, binjiang[0], ambition=0.5)
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
        case = way.draft(CHANYE, bodies, people["preparer"], ambition=0.5)
    with clock.at(after(begin, 2)):
        case = way.submit(case, people["preparer"], people["reviewer"])
    with clock.at(after(begin, 12)):
        way.endorse(case, people["authority"])
    with clock.at(moment(today - dt.timedelta(days=12))):
        case = way.draft(HUPAN, bodies, people["preparer"], ambition=0.4, reduced=True, leave=30)
        consultant, day = bodies["demo-consultant"], clock.today()
        authorise_consultant(district=case.district, organisation=consultant, valid_from=day, valid_to=None, by=people["preparer"])
