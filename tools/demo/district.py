"""Fills a fictional district with profile, plan, plots, key projects and works, through the districts' services."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from districts.boundaries import services as boundaries
from districts.boundaries.models import Boundary
from districts.common.enums import BoundaryKind, CheckResult, CheckStage, Dimension, DistrictType, ProjectState, RenewalDrive
from districts.file.models.district import AdministrativeArea, District
from districts.file.models.parties import RenewalProject, RenewalProjectKind
from districts.file.services import save_entry
from districts.land.land_use import name_of
from districts.lists.services import save
from districts.plots.models import Plot
from districts.profile.services import register_district, save_profile
from districts.projects.models import KeyProject, ValueKind, Work
from districts.projects.rules import ACCEPTING
from districts.projects.services import Proof, accept_work, check_work, put_in_use, save_indicator
from districts.special_plans import services as plans
from districts.special_plans.models import PlanPart, PlanSection, PlanSectionKind
from districts.special_plans.rules import PIECES, kinds_for
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.core.rounding import half_up
from tools.demo import plot_control
from tools.demo.files import drawn_boundary, upload
from tools.demo.plots import shape_plots
from tools.demo.timing import moment

PARK = "1401"
USES = ("070102", "0901", "0902", "080403", PARK, "0802", "0803", "0702")  # codes of the national land classes
RATIOS = {"070102": "2.2", "0901": "2.0", "0902": "3.2", "080403": "0.8", "0802": "1.8", "0803": "1.2", "0702": "1.0"}
AREAS = ("东片区", "西片区")
PROJECTS = (
    "社区中心", "能源站", "滨水绿廊", "区域供冷站", "智慧管理平台", "慢行桥", "海绵公园", "绿色建筑示范楼", "公交枢纽", "资源回收站",
)  # fmt: skip
KINDS = {
    "社区中心": "公共服务", "能源站": "能源", "滨水绿廊": "生态环境", "区域供冷站": "能源", "智慧管理平台": "智慧管控",
    "慢行桥": "交通", "海绵公园": "水资源", "绿色建筑示范楼": "绿色建筑", "公交枢纽": "交通", "资源回收站": "固废",
}  # fmt: skip
FUNDINGS = ("区级财政", "企业自筹", "财政补助和企业自筹")
KM_EAST, KM_NORTH = 95.35, 110.88  # km per degree at the city's latitude
SECTION_TEXTS = {
    "present": "用地以待开发用地为主，道路和河道骨架已经形成，公共交通覆盖西片区，东片区待完善",
    "ecology": "水面率和绿地率高于所在区平均，两处河道断面未达标，夏季东南风廊道需要保留",
    "potential": "屋顶和车棚可装光伏，再生水和雨水可利用，地热能适合公共建筑",
    "position": "低碳高效、水绿交融的生态城区",
    "indicators": "按指标体系分近期、中期、远期落实到地块和市政设施",
    "measures": "高星级绿色建筑、海绵设施、区域能源站和慢行网络逐项列入年度计划",
    "body": "由区专门机构牵头，规划资源、发展改革、财政部门按职责分工配合",
    "funds": "编制资金列入同级财政预算",
    "control": "在土地出让、方案审核、施工图审查和竣工验收环节核对绿色生态指标",
    "goals": "建筑改造、街区环境和公共服务同步提升，碳排放强度逐年下降",
    "drives": "以功能提升和公共服务完善为导向，先改造沿河老厂房和社区中心",
    "beauty": "结合美丽街区和美丽家园项目整治沿街立面、补种行道树、改造小区雨污管网",
    "韧性安全": "完善雨水蓄排系统和应急避难场所，控制内涝风险",
    "健康宜居": "以步行可达组织绿地和社区服务，改善室外热环境",
    "低碳高效": "推广高星级绿色建筑和可再生能源，建设区域能源站",
    "经济活力": "引入绿色技术企业，盘活存量厂房",
    "智慧管控": "建设能耗监测和绿色生态指标管理平台",
}
DRIVES = [RenewalDrive.FUNCTION.value, RenewalDrive.SERVICES.value]
RENEWAL_PROJECTS = (
    {"kind": RenewalProjectKind.STREET, "name": "沿河路街区整治（演示）", "place": "西片区沿河路", "drive": RenewalDrive.FUNCTION},
    {"kind": RenewalProjectKind.HOME, "name": "老旧小区雨污分流改造（演示）", "place": "东片区", "drive": RenewalDrive.SERVICES},
)
BEAUTY = "演示区域更新行动计划（虚构）"
BASIS = "演示单元控制性详细规划（虚构）"
ROADS = ("规划一路", "规划二路", "规划三路", "雨水干管", "污水干管", "电力管廊", "通信管线", "滨河路")
ROAD_GREEN = {"name": "透水铺装率", "kind": ValueKind.AT_LEAST, "unit": "%", "required": "50"}
PIPE_GREEN = {"name": "管材再生材料利用率", "kind": ValueKind.AT_LEAST, "unit": "%", "required": "10"}


@dataclass(frozen=True)
class DemoDistrict:
    """Data of a fictional district.

    ``seats``: preparer, signer, designated body, 住建 body. ``carbon``: near-term target in kgCO₂/(m²·a), from which later ones follow.
    ``detailed``: whether its indicator system is entered row by row, and not only as a file.
    """

    name: str
    kind: str
    admin_code: str
    authority: str
    applicant: str
    area: Decimal
    developable: Decimal
    plots: int
    star: int
    seed: int
    centre: tuple[float, float]
    seats: tuple[str, str, str, str] = ("preparer", "reviewer", "authority", "housing")
    carbon: Decimal = Decimal("31.5")
    detailed: bool = False


def register(plot: DemoDistrict, bodies: dict[str, Organisation], by: User) -> District:
    """Register the district with its preparer and save its profile."""
    area = AdministrativeArea.objects.get(code=plot.admin_code)
    district = register_district(
        name=plot.name, areas=[area], authorities=[bodies[plot.authority]], by=by, type=plot.kind, applicant=bodies[plot.applicant]
    )
    values = {
        "area_km2": plot.area,
        "developable_km2": plot.developable,
        "population": int(plot.area * 9000),
        "boundary_matches": True,
        "target_star": plot.star,
        "unit_plan_open": plot.kind == DistrictType.NEW,
        "renewal_plan_open": plot.kind == DistrictType.RENEWAL,
        "key_areas": [],
        "renewal_drives": DRIVES if plot.kind == DistrictType.RENEWAL else [],
    }
    saved = save_profile(
        district=district, values=values, version=district.version, by=by, proof=upload("控详规划范围对照图"), source=BASIS
    )
    for kind in (BoundaryKind.AREA, BoundaryKind.PLAN):
        drawn = drawn_boundary("范围", outline(plot))
        boundaries.upload_boundary(district=saved, kind=kind, upload=drawn, system="EPSG:4326", by=by)
    for project in RENEWAL_PROJECTS if plot.kind == DistrictType.RENEWAL else ():
        begun = clock.today() - dt.timedelta(days=60)
        save_entry(
            district=saved, model=RenewalProject, values={**project, "started_on": begun, "source": BEAUTY}, by=by, row=None, version=None
        )
    saved.refresh_from_db()
    return saved


def show_outline(plot: DemoDistrict, by: User, day: dt.date) -> None:
    """Publish the invented boundary of a district, with an invented 审图号."""
    newest = Boundary.objects.filter(district__name=plot.name, kind=BoundaryKind.PLAN).latest("number")
    with clock.at(moment(day)):
        boundaries.set_map_number(boundary=newest, map_number="演示审图号（虚构）", by=by)


def outline(plot: DemoDistrict) -> dict[str, object]:
    """Invented boundary as GeoJSON: a reproducible polygon of about the stated area around a point."""
    rng = Random(plot.seed)
    corners = [
        (x * rng.uniform(0.92, 1.12), y * rng.uniform(0.92, 1.12))
        for x, y in ((-1, -0.9), (0.1, -1.1), (1, -0.8), (1.1, 0.3), (0.8, 1), (-0.4, 1.05), (-1.05, 0.5))
    ]
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    km = (float(plot.area) / abs(sum(x * v - u * y for (x, y), (u, v) in pairs) / 2)) ** 0.5
    lon, lat = plot.centre
    ring = [[round(lon + x * km / KM_EAST, 6), round(lat + y * km / KM_NORTH, 6)] for x, y in corners]
    return {"type": "MultiPolygon", "coordinates": [[[*ring, ring[0]]]]}


def carbon_path(near: Decimal) -> dict[int, Decimal]:
    """Staged targets of carbon intensity after the near-term one, by year."""
    _, mid, long = target_years()
    return {mid: near - 3, long: near - Decimal("7.5")}


def target_years() -> tuple[int, int, int]:
    """Near, mid and long-term year of a plan made today; the mid-term year ends a five-year plan."""
    mid = ((clock.today().year + 2) // 5 + 1) * 5
    return mid - 3, mid, mid + 5


def write_plan(district: District, by: User, *, reduced: bool = False, carbon: Decimal = Decimal("31.5")) -> None:
    """Specialised plan with its three parts as files; ``reduced`` leaves gaps that the policy check reports."""
    today = clock.today()
    parts = list(PlanPart)[:2] if reduced else list(PlanPart)
    plans.save_plan(
        district=district,
        values={
            "urban_design": f"{district.name}城市设计（演示）",
            "design_started_on": today - dt.timedelta(days=300),
            "design_approved_on": today - dt.timedelta(days=60),
            "scheme_started_on": today - dt.timedelta(days=30 if reduced else 240),
            "scheme_in_unit_plan": True if district.type == DistrictType.NEW else None,
            "scheme_in_renewal_plan": True if district.type == DistrictType.RENEWAL else None,
            "carbon_intensity_target": None if reduced else carbon,
            "carbon_stage_targets": [] if reduced else [{"year": year, "value": str(at)} for year, at in carbon_path(carbon).items()],
        },
        files={part.value: upload(part.value) for part in parts},
        version=0,
        by=by,
    )
    for kind in kinds_for(district.type):
        pieces = PIECES[kind][:3] if reduced else PIECES[kind]
        texts = {piece.key: f"{SECTION_TEXTS.get(piece.key, piece.label)}（演示）" for piece in pieces}
        first = kind in {PlanSectionKind.ASSESSMENT, PlanSectionKind.DIAGNOSIS}
        plans.save_section(district=district, section=kind, texts=texts, upload=upload("生态诊断报告") if first else None, version=0, by=by)


def approve_plan(district: District, by: User, number: str) -> None:
    """Approve the plan, which freezes the plan baseline."""
    plan = plans.current_plan(district)
    if plan is not None:
        plans.approve_plan(plan=plan, approved_on=clock.today(), approval_number=number, by=by, version=plan.version)
        if not plan.indicator_systems.exists():  # databases in which plans were approved before indicators were entered row by row
            PlanSection.objects.create(plan=plan, section=PlanSectionKind.INDICATORS, stated=list(Dimension.values))


def fill_lists(plot: DemoDistrict, district: District, by: User, housing: User | None = None) -> None:
    """Enter plots, key projects and works as planned: some land is acquired after its 征询, nothing is built yet."""
    _fill_plots(plot, district, by)
    shape_plots(district)
    if housing is not None:
        rng, wanted = Random(plot.seed + 1), max(2, plot.plots // 6)
        for row in list(district.plots.filter(buildable=True).order_by("number")[:wanted]):
            plot_control.acquire(row, plot_control.way_of(row), clock.today() - dt.timedelta(days=rng.randint(30, 300)), by, housing)
    _fill_projects(plot, district, by)
    for index, name in enumerate(ROADS):
        start = clock.today() + dt.timedelta(days=20 * index)
        values = {
            "name": name,
            "kind": "管线" if "管" in name else "道路",
            "main": True,
            "length_m": Decimal(600 + 150 * index),
            "planned_start": start,
            "planned_finish": start + dt.timedelta(days=400),
            "green_requirements": "雨污分流，管材利用再生材料" if "管" in name else "透水铺装，两侧设海绵设施",
        }
        work = save(Work, district=district, values=values, by=by)
        asked = PIPE_GREEN if "管" in name else ROAD_GREEN
        save_indicator(work=work, values={**asked, "designed": asked["required"], "built": ""}, by=by)


def _fill_plots(plot: DemoDistrict, district: District, by: User) -> None:
    rng = Random(plot.seed)
    for number in range(1, plot.plots + 1):
        use = USES[number % len(USES)]
        buildable = use != PARK
        area = Decimal(rng.randint(120, 420)) / 100
        values = {
            "number": f"YS{plot.seed:02d}-{number:03d}",
            "sub_area": AREAS[number % len(AREAS)],
            "land_use_code": use,
            "land_use": name_of(use),
            "area_ha": area,
            "floor_area": half_up(area * 10_000 * Decimal(RATIOS[use]), 0) if buildable else None,
            "buildable": buildable,
        }
        save(Plot, district=district, values=values, by=by)


def _fill_projects(plot: DemoDistrict, district: District, by: User) -> None:
    rng, today = Random(plot.seed + 2), clock.today()
    sites = list(district.plots.filter(buildable=True).order_by("number").values_list("number", flat=True))
    for index, name in enumerate(PROJECTS[: 6 + plot.seed % 4]):
        start = today + dt.timedelta(days=15 + 25 * index)
        values = {
            "name": name,
            "category": KINDS[name],
            "funding": FUNDINGS[index % len(FUNDINGS)],
            "investment": Decimal(rng.randint(20, 600) * 100),
            "planned_start": start,
            "planned_finish": start + dt.timedelta(days=300),
            "state": ProjectState.PLANNED,
            "plots": sites[5 * index : 5 * index + 1],
        }
        save(KeyProject, district=district, values=values, by=by)


def progress(district: District, by: User, housing: User, *, share: float, seed: int) -> None:
    """Record a share of the lists as built by today, with one plot not conforming."""
    rng = Random(seed)
    buildable = list(district.plots.filter(buildable=True).order_by("number"))
    for index, row in enumerate(buildable[: int(len(buildable) * share)]):
        if row.built_on is not None:
            continue
        if row.acquired_on is None:
            acquired = clock.today() - dt.timedelta(days=rng.randint(480, 540))
            plot_control.acquire(row, plot_control.way_of(row), acquired, by, housing)
            row.refresh_from_db()
        plot_control.build(row, clock.today() - dt.timedelta(days=rng.randint(5, 90)), by, short=index == 1)
    office = plot_control.office_of(district, ACCEPTING) or housing
    _progress_projects(district, by, office, share, rng)
    works = list(district.works.order_by("planned_start", "name"))
    done = int(len(works) * share)
    for work in works[done : done + 1]:  # begun before the departments' inspection, so that it appears in 管控应办未办
        if work.started_on is None and work.planned_start and work.planned_start <= clock.today():
            save(Work, district=district, values={"started_on": work.planned_start}, by=by, row=work, version=work.version)
    for work in (work for work in works[:done] if work.conforms is None):
        begun = save(Work, district=district, values={"started_on": work.planned_start}, by=by, row=work, version=work.version)
        for asked in begun.indicators.all():
            values = {name: getattr(asked, name) for name in ("name", "kind", "unit", "required", "designed")}
            save_indicator(work=begun, values={**values, "built": asked.required}, by=by, row=asked)
        check_work(
            work=begun,
            stage=CheckStage.APPROVAL,
            department="规划资源",
            result=CheckResult.HELD,
            by=by,
            on=work.planned_start or clock.today(),
            upload=upload("市政设施审查意见"),
        )
        number, report = f"演示验〔{clock.today().year}〕{work.pk}号", Proof(upload("竣工验收合格报告"))
        finished = max(_by_today(work.planned_finish, rng), (begun.started_on or clock.today()) + dt.timedelta(days=30))
        if finished <= clock.today():
            accept_work(work=begun, on=finished, number=number, by=office, proof=report)


def _progress_projects(district: District, by: User, office: User, share: float, rng: Random) -> None:
    projects = list(district.key_projects.order_by("planned_start"))
    for index, project in enumerate(projects):
        if project.planned_start is None or project.planned_start > clock.today():
            continue
        values = {"state": ProjectState.BUILDING, "started_on": project.planned_start}
        finished = max(_by_today(project.planned_finish, rng, before=15), project.planned_start + dt.timedelta(days=30))
        is_done = index < int(len(projects) * share) and finished <= clock.today() - dt.timedelta(days=10)
        if project.use_basis:
            continue
        if is_done:
            values |= {"state": ProjectState.COMPLETED, "finished_on": finished}
        kept = save(KeyProject, district=district, values=values, by=by, row=project, version=project.version)
        if is_done:
            put_in_use(project=kept, on=finished + dt.timedelta(days=10), by=office, proof=Proof(upload("投用证明")))


def _by_today(planned: dt.date | None, rng: Random, before: int = 5) -> dt.date:
    """A day shortly before the planned one, but not in the future."""
    latest = clock.today() - dt.timedelta(days=before)
    return min(latest, (planned or latest) - dt.timedelta(days=rng.randint(0, 20)))
