"""Operation ledger of fictional districts: mechanisms with meetings, platforms, trainings, an audit, events and funds of two years."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from operation.entries.models import ESTABLISHED, EventKind, MechanismRecord, PlatformKind, PlatformStanding, TrainingTier, YearFundKind
from operation.entries.sections import BY_KEY, LedgerSection
from operation.ledger.services import confirm_entry, save_entry, take_over
from tools.demo.files import upload
from tools.demo.timing import moment

Entry = tuple[str, dict[str, Any], str]  # key of the section, values, title of the evidence file
LEAD = "演示区专门机构（虚构）"
RIGHT = "已与原始记录核对（演示）"
NOTE = "演示数据"
STAFF = 14  # staff of the operating body, as in the operation report


def keep(district: District, by: User, year: int, *, tiers: int = 3, size: int = 100) -> None:
    """Enter the ledger of a past year, in the following April, and that of the year after."""
    enter(district, by, year, on=dt.date(year + 1, 4, 8), tiers=tiers, size=size)
    carry_on(district, by, year)


def enter(district: District, by: User, year: int, *, on: dt.date, tiers: int = 3, size: int = 100) -> None:
    """Enter the ledger of a past year on a later day; the operation report is drafted from it.

    ``tiers``: number of levels whose staff were trained; the page lists the others. ``size``: people and funds in percent.
    """
    with clock.at(moment(on)):
        for key, values, proof in _whole(year, tiers, size):
            _enter(district, year, by, (key, values, proof))


def carry_on(district: District, by: User, year: int) -> None:
    """The ledger of the year after ``year``: entries taken over and confirmed, first new ones added."""
    with clock.at(max(moment(dt.date(year + 1, 4, 14)), moment(clock.today() - dt.timedelta(days=45)))):
        if clock.today().year == year + 1:
            _carry_on(district, by, year + 1)


def _enter(district: District, year: int, by: User, entry: Entry) -> None:
    key, values, proof = entry
    section: LedgerSection = BY_KEY[key]
    files = [upload(proof)] if proof else []
    save_entry(section=section, district=district, year=year, values={"note": NOTE, **values}, uploads=files, explanation=RIGHT, by=by)


def _whole(year: int, tiers: int, size: int) -> Iterator[Entry]:
    yield from _bodies(year)
    yield from _mechanisms(year)
    yield from _platforms()
    yield from _trainings(year, tiers, size)
    yield from _others(year, size)


def _bodies(year: int) -> Iterator[Entry]:
    about = {"basis": f"演示编办〔{year - 1}〕8号（虚构）", "set_up_on": dt.date(year - 1, 10, 9), "staff": STAFF}
    yield "bodies", {"name": "演示城区运营管理中心（虚构）", "duties": "设施统一运维、能耗监测、年度评估（演示）", **about}, "机构设立文件"


def _mechanisms(year: int) -> Iterator[Entry]:
    """Both mechanisms required by 七（三）1, with their meetings."""
    basis = f"演示区绿色生态城区协同管理办法（虚构）　演示办〔{year - 1}〕3号"
    members = "演示建设管理委、演示规划资源局、演示水务局（均为虚构）"
    shared = {"standing": ESTABLISHED, "lead": LEAD, "members": members, "established_on": dt.date(year - 1, 11, 20)}
    yield "mechanisms", {"mechanism": "coordination", "basis": basis, **shared}, "协同机制文件"
    yield "mechanisms", {"mechanism": "evaluation", "basis": f"演示动态评估方案（虚构）　演示办〔{year - 1}〕4号", **shared}, "动态评估方案"
    for month, title in ((4, "绿色生态城区推进会（演示）"), (9, "地块管控协调会（演示）")):
        values = {"title": title, "held_on": dt.date(year, month, 16), "attended": 18, "outcome": "议定事项已分到各部门（演示）"}
        yield "meetings", {"mechanism": "coordination", **values}, "会议纪要"
    held = {"title": "年度动态评估（演示）", "held_on": dt.date(year, 12, 8), "attended": 9, "outcome": "评估意见已反馈（演示）"}
    yield "meetings", {"mechanism": "evaluation", **held}, "评估意见"


def _platforms() -> Iterator[Entry]:
    """The database and two platforms that exchange data with it; one is still being built."""
    running = {"standing": PlatformStanding.RUNNING, "owner": "演示智慧运营公司（虚构）", "in_use_on": dt.date(2024, 1, 10)}
    database = {
        "kind": PlatformKind.DATABASE,
        "name": "综合性城区管理数据库（演示）",
        "coverage": Decimal(100),
        "interfaces": "地块、能耗、水务三类接口",
    }
    energy = {"kind": PlatformKind.ENERGY, "name": "能耗监测平台（演示）", "coverage": Decimal(72), "interfaces": "向综合数据库按小时推送"}
    yield "platforms", {**database, **running}, ""
    yield "platforms", {**energy, **running}, ""
    cim = {"kind": PlatformKind.CIM, "name": "城市信息模型平台（演示）", "standing": PlatformStanding.BUILDING, "owner": LEAD}
    yield "platforms", {**cim, "interfaces": "待接入一网统管"}, ""


def _trainings(year: int, tiers: int, size: int) -> Iterator[Entry]:
    titles = {
        TrainingTier.MANAGEMENT: "管理要求和考核办法培训（演示）",
        TrainingTier.TECHNICAL: "绿色建筑运维技术培训（演示）",
        TrainingTier.WORKING: "保洁保绿作业规范培训（演示）",
    }
    for at, (tier, title) in enumerate(list(titles.items())[:tiers]):
        day, people = dt.date(year, 5 + 2 * at, 20), (24 + 13 * at) * size // 100
        values = {"planned_on": day - dt.timedelta(days=10), "held_on": day, "hours": Decimal(6), "invited": people + 4, "attended": people}
        rated = {"material": "演示培训手册", "rating": Decimal("92.5") - at, "result": "课后测验通过，建议增加现场教学（演示）"}
        yield "trainings", {"tier": tier, "title": title, **values, **rated}, "签到表和课件"


def _others(year: int, size: int) -> Iterator[Entry]:
    """Energy audits, publicity and exchange, funds with budget and spending."""
    audited = {
        "subject": "社区中心（演示）",
        "auditor": "演示能源研究所（虚构）",
        "audited_on": dt.date(year, 10, 12),
        "area": Decimal(12600),
    }
    found = {"consumed": Decimal("118.4"), "saving": Decimal("9.6"), "measures": "空调主机群控、照明感应控制（演示）"}
    yield "audits", {**audited, **found}, "能源审计报告"
    told = {
        "kind": EventKind.PUBLICITY,
        "title": "绿色生活开放日（演示）",
        "held_on": dt.date(year, 6, 5),
        "channel": "社区中心广场",
        "attended": 320,
    }
    met = {
        "kind": EventKind.EXCHANGE,
        "title": "绿色生态城区交流会（演示）",
        "held_on": dt.date(year, 11, 6),
        "channel": "演示会议中心",
        "attended": 45,
    }
    yield "events", told, "活动照片和报道"
    yield "events", met, ""
    planning = {
        "kind": YearFundKind.PLANNING,
        "source": "区财政（演示）",
        "document": f"演示财〔{year}〕21号",
        "budget": _share("180", size),
    }
    yield "funds", {**planning, "used": _share("176.5", size), "purpose": "专业规划编制和动态评估"}, ""
    special = {
        "kind": YearFundKind.SPECIAL,
        "source": "专项支持（演示）",
        "document": f"演示补助〔{year}〕6号",
        "budget": _share("500", size),
    }
    yield "funds", {**special, "used": _share("320", size), "purpose": "示范项目补助"}, ""


def _share(amount: str, size: int) -> Decimal:
    """Amount in 万元, scaled to the district's size."""
    return half_up(Decimal(amount) * size / 100, 2)


def _carry_on(district: District, by: User, year: int) -> None:
    """Take over continuing entries; mechanisms are confirmed, other entries are not yet; add a recent meeting."""
    take_over(district=district, year=year, by=by)
    for row in MechanismRecord.objects.filter(district=district, year=year).order_by("pk"):
        confirm_entry(section=BY_KEY["mechanisms"], row=row, by=by)
    day = clock.today() - dt.timedelta(days=20)
    held = {"title": "绿色生态城区推进会（演示）", "held_on": day, "attended": 21, "outcome": "议定事项已分到各部门（演示）"}
    if day.year == year:
        _enter(district, year, by, ("meetings", {"mechanism": "coordination", **held}, "会议纪要"))
