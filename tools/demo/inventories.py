"""Carbon inventories of fictional districts: a target missed and explained, one under correction, a draft of a year before its factor."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessments.common.enums import YearlyReportKind
from assessments.yearly_reports.models import YearlyReport
from carbon.inventories import services
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.content import HeadTexts
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import extents_of
from carbon.releases import services as releases
from carbon.targets.services import explain
from carbon.verification.models import CarbonVerification, VerificationConclusion
from carbon.verification.services import add_finding, add_paper, mandate, reply, save, settle
from districts.common.enums import BoundaryKind
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up
from greendistrict.workflow.procedure import take
from tools.demo.files import upload
from tools.demo.timing import moment

PER_WAN_KWH = Decimal("4.2")  # electricity-shanghai-guideline
EARLY = 2021  # that factor begins in 2022
OWN = "演示核算说明，数值为虚构"
FINDING = "公共建筑电表有一个月的读数缺失，清单按零计（演示）"
ANSWER = "已按上下月读数内插补齐，另立新版（演示）"
REASON = "补齐一个月的电表读数（演示）"
WHY = "两处公共建筑的屋顶光伏未按期并网，空调改造推迟一个季度；已排入下一年计划（演示）"
STATEMENT = "按清单所列范围、活动数据和因子逐项核对，抽查电表台账和燃气账单（演示）"


@dataclass(frozen=True)
class CarbonSeats:
    """People who prepare, sign, commission and verify; ``officer`` signs as the second person, since the body has one."""

    preparer: User
    reviewer: User
    authority: User
    verifier: User
    body: Organisation
    officer: User


@dataclass(frozen=True)
class CarbonYear:
    """Intended result of a year's inventory: total tonnes, and floor area in square metres."""

    year: int
    total: Decimal
    area_m2: Decimal


def beside_report(
    district: District, seats: CarbonSeats, year: int, *, signed: bool, figures: Callable[[YearlyReport], Mapping[str, str]] | None = None
) -> None:
    """Inventories with the totals of the district's report on the year; none if nothing was in use.

    ``figures`` computes them for a report not yet written, which is filed with the verifier's signature.
    """
    report = YearlyReport.objects.get(district=district, kind=YearlyReportKind.CARBON, year=year)
    known = figures(report) if figures else report.figures
    total, area = (Decimal(known[name]) for name in ("total", "area"))
    if total and area:
        two_years(district, seats, CarbonYear(year, total, area * 10_000), signed=signed)


def two_years(district: District, seats: CarbonSeats, found: CarbonYear, *, signed: bool) -> CarbonVerification:
    """A slightly higher inventory of the year before ``found`` as the baseline, then ``found``, returned by the verifier.

    If ``signed``, the verifier signs the corrected edition, and the district explains why it missed its target.
    """
    spring = found.year + 1
    before = replace(found, year=found.year - 1, total=half_up(found.total * Decimal("1.01")))
    with clock.at(moment(dt.date(spring, 2, 20))):
        _file(district, seats, before)
    with clock.at(moment(dt.date(spring, 4, 6))):
        first = _file(district, seats, found, missing=Decimal(12))
    with clock.at(moment(dt.date(spring, 4, 9))):
        made = mandate(district=district, year=found.year, body=seats.body, by=seats.authority)
    with clock.at(moment(dt.date(spring, 4, 15))):
        add_finding(verification=made, text=FINDING, version=made.version, by=seats.verifier)
        _step(made, "return", seats.verifier)
    if signed:
        _sign(seats, found, first, made)
        with clock.at(moment(dt.date(spring, 5, 6))):
            explain(district=district, year=found.year, text=WHY, version=0, by=seats.preparer)
    made.refresh_from_db()
    return made


def draft_early(district: District, by: User) -> CarbonInventory:
    """A draft of a year before the factor of its row begins, which its page says."""
    made = services.open_inventory(district=district, year=EARLY, by=by)
    rows, head = rows_of(Decimal(18_000))[:1], HeadTexts(note="测算基准年，数值为虚构，用于演示")
    return services.save(inventory=made, head=head, boundary=None, rows=rows, version=made.version, by=by)


def _sign(seats: CarbonSeats, found: CarbonYear, first: CarbonInventory, made: CarbonVerification) -> None:
    """Next version of the inventory, answer to the finding, and signature."""
    with clock.at(moment(dt.date(found.year + 1, 4, 21))):
        second = services.correct(inventory=first, reason=REASON, by=seats.preparer)
        _fill(second, seats, found)
        made.refresh_from_db()
        [finding] = made.findings.all()
        reply(finding=finding, text=ANSWER, version=made.version, by=seats.preparer)
        _step(made, "answer", seats.preparer)
    with clock.at(moment(dt.date(found.year + 1, 4, 27))):
        finding.refresh_from_db()
        settle(finding=finding, note="与抄表记录相符（演示）", version=made.version, by=seats.verifier)
        made.refresh_from_db()
        conclusion = VerificationConclusion.UNQUALIFIED.value
        save(verification=made, statement=STATEMENT, conclusion=conclusion, version=made.version, by=seats.verifier)
        made.refresh_from_db()
        add_paper(verification=made, upload=upload("核查意见"), title="核查意见", by=seats.verifier)
        _step(made, "hand_up", seats.verifier)
    with clock.at(moment(dt.date(found.year + 1, 4, 28))):
        _step(made, "sign", seats.officer)


def _file(district: District, seats: CarbonSeats, found: CarbonYear, *, missing: Decimal = Decimal(0)) -> CarbonInventory:
    made = services.open_inventory(district=district, year=found.year, by=seats.preparer)
    return _fill(made, seats, found, missing=missing)


def _fill(inventory: CarbonInventory, seats: CarbonSeats, found: CarbonYear, *, missing: Decimal = Decimal(0)) -> CarbonInventory:
    people, gdp = (plain(half_up(found.area_m2 / share, 0)) for share in (45, 30))
    head = HeadTexts(plain(found.area_m2), people, gdp, note="数值为虚构，用于演示")
    kept = services.save(
        inventory=inventory,
        head=head,
        boundary=extents_of(inventory.district).filter(kind=BoundaryKind.PLAN).first(),
        rows=rows_of(found.total, missing=missing),
        version=inventory.version,
        by=seats.preparer,
    )
    _step(kept, "hand_up", seats.preparer)
    _step(kept, "sign", seats.reviewer)
    return kept


def rows_of(total: Decimal, *, missing: Decimal = Decimal(0)) -> list[RowTexts]:
    """Activities with the exact sum ``total`` in tonnes; ``missing``: 万kWh of electricity that were left out."""
    power = half_up(total * Decimal("0.72") / PER_WAN_KWH)
    vehicles, lamps, water = (half_up(total * Decimal(share)) for share in ("0.12", "0.05", "0.03"))
    sink, sun = half_up(total * Decimal("0.01")), half_up(total * Decimal("0.02"))
    waste = total + sink + sun - power * PER_WAN_KWH - vehicles - lamps - water
    rows = [
        RowTexts(
            "power",
            "building",
            "建筑用电",
            plain(power - missing),
            "万kWh",
            "electricity-shanghai-guideline@2022",
            uncertainty="3",
            source="电表台账（演示）",
        )
    ]
    others = (
        ("vehicles", "transport", "区内公交和通勤", vehicles, "20"), ("lamps", "municipal", "路灯和泵站", lamps, "5"),
        ("water", "water", "供水和污水处理", water, "10"), ("waste", "waste", "生活垃圾处理", waste, "30"),
        ("trees", "sink", "公共绿地", sink, "40"), ("sun", "renewable", "屋顶光伏抵扣", sun, "5"),
    )  # fmt: skip
    for key, sector, name, tonnes, uncertainty in others:
        own = {
            "factor_value": "1",
            "factor_unit": "tCO2e/t",
            "factor_source": OWN,
            "uncertainty": uncertainty,
            "source": "统计台账（演示）",
        }
        rows.append(RowTexts(key, sector, name, plain(tonnes), "t", **own))
    return rows


def _step(matter: CarbonInventory | CarbonVerification, action: str, by: User) -> None:
    matter.refresh_from_db()
    take(obj=matter, action=action, by=by, version=matter.version)
    matter.refresh_from_db()


def publish(district: District, by: User, year: int, *, at: dt.date) -> None:
    """Publish the figure of the current version."""
    with clock.at(moment(at)):
        inventory = CarbonInventory.objects.filter(district=district, year=year).order_by("-edition")[0]
        releases.release(inventory=inventory, basis="演示会议纪要（虚构）", by=by)
