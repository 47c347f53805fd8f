"""Filling a fictional district: profile, plan, plots, key projects, works. Everything goes through the districts' services."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from districts.enums import DIAGNOSIS_PARTS, Acquisition, BoundaryKind, Dimension, DistrictType, PlanPart, ProjectState
from districts.landuse import name_of
from districts.models import AdministrativeArea, District
from districts.services import boundaries, plans, profile, rows
from districts.services.plotvalues import save_values
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.portal.demo.files import drawn_boundary, upload

PARK = "1401"
USES = ("070102", "0901", "0902", "080403", PARK, "0802", "0803", "0702")  # codes of the national classes
AREAS = ("东片区", "西片区")
PROJECTS = (
    "社区中心", "能源站", "滨水绿廊", "区域供冷站", "智慧管理平台", "慢行桥", "海绵公园", "绿色建筑示范楼", "公交枢纽", "资源回收站",
)  # fmt: skip
KINDS = {
    "社区中心": "公共服务", "能源站": "能源", "滨水绿廊": "生态环境", "区域供冷站": "能源", "智慧管理平台": "智慧管控",
    "慢行桥": "交通", "海绵公园": "水资源", "绿色建筑示范楼": "绿色建筑", "公交枢纽": "交通", "资源回收站": "固废",
}  # fmt: skip
FUNDINGS = ("区级财政", "企业自筹", "财政补助和企业自筹")
MEASURED = {"star": ("二星级", "二星级", "二星级"), "prefab": ("40", "46", "46"), "renewable": ("10", "11.5", "8.6")}  # asked, good, short
KM_EAST, KM_NORTH = 95.35, 110.88  # of a degree at the latitude of the city
BASIS = "演示单元控制性详细规划（虚构）"
ROADS = ("规划一路", "规划二路", "规划三路", "雨水干管", "污水干管", "电力管廊", "通信管线", "滨河路")


@dataclass(frozen=True)
class Plot:
    """What a fictional district is made of."""

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


def register(plot: Plot, bodies: dict[str, Organisation], by: User) -> District:
    """Register the district by its preparer and save its profile."""
    area = AdministrativeArea.objects.get(code=plot.admin_code)
    district = profile.register_district(
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
    }
    saved = profile.save_profile(
        district=district, values=values, version=district.version, by=by, proof=upload("控详规划范围对照图"), source=BASIS
    )
    for kind in (BoundaryKind.AREA, BoundaryKind.PLAN):
        drawn = drawn_boundary("范围", outline(plot))
        boundaries.upload_boundary(district=saved, kind=kind, upload=drawn, system="EPSG:4326", by=by)
    saved.refresh_from_db()
    return saved


def outline(plot: Plot) -> dict[str, object]:
    """Made-up boundary: a seeded polygon of about the stated area around a point, as GeoJSON."""
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


def write_plan(district: District, by: User, *, reduced: bool = False) -> None:
    """Specialised plan with its three parts as files; ``reduced`` leaves gaps that the policy check names."""
    dimensions = [dimension.value for dimension in Dimension]
    parts = list(PlanPart)[:2] if reduced else list(PlanPart)
    plans.save_plan(
        district=district,
        values={
            "diagnosis_parts": list(DIAGNOSIS_PARTS[DistrictType(district.type)]),
            "indicator_dimensions": dimensions,
            "scheme_dimensions": dimensions[:3] if reduced else dimensions,
            "scheme_in_unit_plan": True if district.type == DistrictType.NEW else None,
            "scheme_in_renewal_plan": True if district.type == DistrictType.RENEWAL else None,
            "carbon_intensity_target": None if reduced else Decimal("31.5"),
            "carbon_stage_targets": [] if reduced else [{"year": 2030, "value": "28.5"}, {"year": 2035, "value": "24.0"}],
        },
        files={part.value: upload(part.value) for part in parts},
        version=0,
        by=by,
    )


def approve_plan(district: District, by: User, number: str) -> None:
    """Approval freezes the plan baseline."""
    plan = plans.current_plan(district)
    if plan is not None:
        plans.approve_plan(plan=plan, approved_on=clock.today(), approval_number=number, by=by, version=plan.version)


def fill_lists(plot: Plot, district: District, by: User) -> None:
    """Plots, key projects and works as planned: some land acquired, nothing built yet."""
    rng, today = Random(plot.seed + 1), clock.today()
    for number in range(1, plot.plots + 1):
        acquired, buildable = number <= max(2, plot.plots // 6), USES[number % len(USES)] != PARK
        values = {
            "number": f"YS{plot.seed:02d}-{number:03d}",
            "sub_area": AREAS[number % len(AREAS)],
            "land_use_code": USES[number % len(USES)],
            "land_use": name_of(USES[number % len(USES)]),
            "area_ha": Decimal(rng.randint(80, 420)) / 100,
            "floor_area": Decimal(rng.randint(12_000, 90_000)) if buildable else None,
            "buildable": buildable,
            "acquisition": rng.choice((Acquisition.GRANT, Acquisition.ALLOCATION)) if acquired else "",
            "acquired_on": today - dt.timedelta(days=rng.randint(30, 300)) if acquired else None,
        }
        rows.plot_save(district=district, values=values, by=by)
    for index, name in enumerate(PROJECTS[: 6 + plot.seed % 4]):
        start = today + dt.timedelta(days=60 * index)
        values = {
            "name": name,
            "category": KINDS[name],
            "funding": FUNDINGS[index % len(FUNDINGS)],
            "investment": Decimal(rng.randint(2_000, 60_000)),
            "planned_start": start,
            "planned_finish": start + dt.timedelta(days=540),
            "state": ProjectState.PLANNED,
        }
        rows.key_project_save(district=district, values=values, by=by)
    for index, name in enumerate(ROADS):
        values = {
            "name": name,
            "kind": "管线" if "管" in name else "道路",
            "main": True,
            "length_m": Decimal(600 + 150 * index),
            "planned_start": today + dt.timedelta(days=30 * index),
            "planned_finish": today + dt.timedelta(days=400 + 30 * index),
            "green_requirements": "雨污分流，管材利用再生材料" if "管" in name else "透水铺装，两侧设海绵设施",
        }
        rows.work_save(district=district, values=values, by=by)


def progress(district: District, by: User, *, share: float, seed: int) -> None:
    """Let a share of the lists be built by today, truthfully recorded, one plot not conforming."""
    rng, today = Random(seed), clock.today()
    built = list(district.plots.filter(buildable=True).order_by("number"))
    for index, row in enumerate(built[: int(len(built) * share)]):
        values = {
            "acquisition": row.acquisition or Acquisition.GRANT,
            "acquired_on": row.acquired_on or today - dt.timedelta(days=500),
            "built_on": today - dt.timedelta(days=rng.randint(5, 120)),
            "conforms": index != 1,
        }
        saved = rows.plot_save(district=district, values=values, by=by, plot=row, version=row.version)
        measured = {key: {"required": asked, "built": short if index == 1 else good} for key, (asked, good, short) in MEASURED.items()}
        save_values(plot=saved, values=measured, version=saved.version, by=by)
    projects = list(district.key_projects.order_by("planned_start"))
    for index, project in enumerate(projects):
        done = index < int(len(projects) * share)
        begun = min(today, (project.planned_start or today) + dt.timedelta(days=12 * index))
        values = {"state": ProjectState.BUILDING, "started_on": begun}
        if done:
            finished = max(begun, today - dt.timedelta(days=40))
            values = {
                "state": ProjectState.IN_USE,
                "started_on": begun,
                "finished_on": finished,
                "in_use_on": max(finished, today - dt.timedelta(days=10)),
            }
        rows.key_project_save(district=district, values=values, by=by, project=project, version=project.version)
    works = list(district.works.order_by("name"))
    for work in works[: int(len(works) * share)]:
        rows.work_save(district=district, values={"built_on": today - dt.timedelta(days=20)}, by=by, work=work, version=work.version)
