"""Districts with all content of a yearly report: a received self-check, a title, plots, key projects and works. All fictional."""

import datetime as dt

from django.db import connection

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.tables.models import ScoreTable, TableVersion
from districts.common.enums import ProjectState
from districts.file.models.district import District
from districts.projects.models import KeyProject, Work
from tools.bench.seeding import YEAR, Seeded, more_districts, multiply
from tools.demo.plots import fill_plots

PLOTS, PROJECTS, WORKS = 24, 6, 8  # per district
FILLED = 60  # districts with this content; beyond them only the number of districts matters
GRANTED = dt.date(2024, 6, 11)


def reporting(seeded: Seeded, total: int) -> list[int]:
    """Keys of ``total`` districts with complete content, in order of creation; existing ones are kept."""
    more_districts(seeded, total + 1)
    received(seeded, YEAR, total)
    checks = SelfCheck.objects.filter(year=YEAR, status=SelfCheckState.RECEIVED)
    keys = list(checks.order_by("pk").values_list("district", flat=True)[:total])
    entitle(keys)
    for district in District.objects.filter(pk__in=keys[:FILLED], key_projects=None):
        _fill(district)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return keys


def received(seeded: Seeded, year: int, total: int) -> int:
    """Copies of the received self-check and its frozen table in other districts, up to ``total`` for the year; returns their number."""
    have = SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED).count()
    taken = SelfCheck.objects.filter(year=year).values("district")
    districts = list(District.objects.exclude(pk__in=taken).order_by("pk").values_list("pk", flat=True)[: max(total - have, 0)])
    if districts:
        source, count = SelfCheck.objects.get(pk=seeded.check.pk), len(districts)
        before = ScoreTable.objects.order_by("-pk").values_list("pk", flat=True)[0]
        multiply(ScoreTable, source.table_id, {"district_id": _nth(districts)}, first=1, last=count)
        tables = list(ScoreTable.objects.filter(pk__gt=before).order_by("pk").values_list("pk", flat=True))
        version = TableVersion.objects.get(table=source.table_id, counts=True)
        multiply(TableVersion, version.pk, {"table_id": _nth(tables)}, first=1, last=count)
        number = f"'ZC-{year}-' || (n.n + {have})::text"
        received_at = f"TIMESTAMPTZ '{year + 1}-02-01 09:00+08'"  # in time
        whose = {"table_id": _nth(tables), "district_id": _nth(districts), "year": str(year), "number": number, "received_at": received_at}
        multiply(SelfCheck, source.pk, whose, first=1, last=count)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return have + len(districts)


def _nth(keys: list[int]) -> str:
    return f"(ARRAY[{','.join(map(str, keys))}])[n.n]"


def entitle(keys: list[int]) -> None:
    """Add the titles to which the copied self-checks refer, where missing."""
    untitled = District.objects.filter(pk__in=keys, titles=None)
    about = {"granted_on": GRANTED, "policy": "沪府办规〔2018〕24号", "historic": True, "star": 2}
    Title.objects.bulk_create([Title(district=district, kind=TitleKind.PILOT, **about) for district in untitled])


def _fill(district: District) -> None:
    """Add plots, key projects and works to one district."""
    fill_plots(district, PLOTS, seed=district.pk % 90)
    planned = {"planned_start": dt.date(2025, 3, 1), "planned_finish": dt.date(2026, 9, 30)}
    in_use = {"state": ProjectState.IN_USE, "started_on": dt.date(2025, 4, 1), "in_use_on": dt.date(2026, 10, 8), "use_basis": "office"}
    KeyProject.objects.bulk_create(
        KeyProject(district=district, name=f"演示重点项目{number}", is_demo=True, **planned, **(in_use if number % 2 else {}))
        for number in range(PROJECTS)
    )
    Work.objects.bulk_create(Work(district=district, name=f"演示市政道路{number}", is_demo=True) for number in range(WORKS))
