"""Rows for the benchmark: one of each created by the services, then multiplied in the database. All fictional."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from psycopg import sql

from assessments.common.enums import BuildState, Purpose, ScoringStage
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.self_checks.report import SECTIONS
from assessments.tables.models import ScoreRow, ScoreTable, TableState
from assessments.tables.selectors.scoring import rows_of, score_rows
from assessments.versions.services import freeze_version, open_table
from districts.common.enums import DistrictType, Stage
from districts.file.models.district import District
from districts.file.reference import load_areas, load_authorities
from districts.file.selectors.visibility import areas_choosable
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from indicators.editions.selectors import edition_named, rules_for
from indicators.editions.services import load_shipped_editions
from tools.demo.values import values_for

EDITION = "GD-REF-2024"
PASSWORD = "Bench-only-2026"  # noqa: S105 -- of an account that exists for minutes in a temporary database
YEAR = 2026
SINCE = dt.date(2020, 1, 1)
TEXT = "本年度按计划推进，各项指标达到年度目标；未达到的已说明原因和下一年度措施。" * 6


@dataclass(frozen=True)
class Seeded:
    """Keys of the seeded rows used by the paths."""

    officer: User
    preparer: User
    district: District
    table: ScoreTable
    check: SelfCheck


def seed() -> Seeded:
    """Reference data, two people, a district, an open score table with a value in every row, and a received self-check."""
    load_shipped_editions()
    load_authorities(load_areas())
    officer = new_person("bench-officer", Role.CITY_OFFICER, OrganisationKind.CITY, password=PASSWORD)
    preparer = new_person("bench-preparer", Role.PREPARER, OrganisationKind.APPLICANT, password=PASSWORD)
    district = new_district("bench-0", preparer)
    received = new_self_check(new_district("bench-received", preparer))
    return Seeded(officer, preparer, district, new_self_check(district, received=False).table, received)


def new_person(username: str, role: str, kind: str, *, password: str | None = None, parent: Organisation | None = None) -> User:
    """A person with one post in a body of its own, who can sign in if there is a password."""
    body = Organisation.objects.create(code=username, name=f"{username}（虚构）", kind=kind, parent=parent, is_demo=True)
    user = User.objects.create(username=username, name=username, password=make_password(password), is_demo=True)
    Post.objects.create(user=user, organisation=body, role=role, valid_from=SINCE)
    return user


def new_district(code: str, preparer: User) -> District:
    """A pilot district of the preparer's body, with a title."""
    district = District.objects.create(
        code=code,
        name=f"演示城区{code}（虚构）",
        type=DistrictType.NEW,
        stage=Stage.PILOT,
        star=2,
        area_km2=Decimal("2.5"),
        title_number=f"演示-{code}",
        titled_on=dt.date(2024, 6, 11),
        key_areas=["五个新城"],
        applicant=preparer.posts.get().organisation,
        edition=edition_named(EDITION),
        is_demo=True,
    )
    district.areas.set(areas_choosable(demo=False)[:1])
    district.authorities.set(Organisation.objects.filter(kind=OrganisationKind.AUTHORITY)[:1])
    district.order_by_area()
    return district


def new_self_check(district: District, *, received: bool = True) -> SelfCheck:
    """A self-check with a value in every row, received or still open."""
    table = open_table(
        district=district,
        edition=edition_named(EDITION),
        purpose=Purpose.SELF_CHECK,
        stage=ScoringStage.OPERATION,
        by=None,
        year=YEAR,
        building=True,
    )
    fill(table)
    check = SelfCheck.objects.create(district=district, year=YEAR, table=table, opened_at=clock.now())
    if received:
        _receive(check)
    return check


def fill(table: ScoreTable) -> None:
    """Give every row a value of the type its rule needs."""
    values = values_for(rules_for(table.edition), table.type, table.stage, seed=7, ambition=0.7)
    rows = list(table.rows.all())
    for row in rows:
        row.value, row.build_state = values.get(row.item_id), BuildState.GOING if table.building else ""
    write_columns(rows, ["value", "build_state"])


def _receive(check: SelfCheck) -> None:
    """Freeze the table and mark its version as received."""
    rows = rows_of(check.table_id)[check.table_id]
    report = [[section.title, TEXT] for section in SECTIONS]
    version = freeze_version(table=check.table, scored=score_rows(check.table, rows.values()), rows=rows, by=None, extra={"report": report})
    type(version).objects.filter(pk=version.pk).update(counts=True)
    SelfCheck.objects.filter(pk=check.pk).update(
        status=SelfCheckState.RECEIVED, number="ZC-BENCH", filed_at=clock.now(), received_at=clock.now()
    )
    ScoreTable.objects.filter(pk=check.table_id).update(status=TableState.RECEIVED)
    check.refresh_from_db()


def more_districts(seeded: Seeded, total: int) -> None:
    """Multiply the district until there are ``total``, with both types, all stages and areas."""
    known = District.objects.count()
    number = "n.n::text"
    changed = {
        "code": f"'bench-' || {number}",
        "name": f"'演示城区' || {number} || '（虚构）'",
        "name_pinyin": "'yan shi cheng qu ' || lpad(n.n::text, 6, '0')",
        "search_text": f"'演示城区' || {number} || ' yanshichengqu' || {number}",
        "type": "(ARRAY['new', 'renewal'])[1 + mod(n.n, 2)]",
        "stage": "(ARRAY['pilot', 'demonstration', 'candidate'])[1 + mod(n.n / 2, 3)]",
        "star": "1 + mod(n.n, 3)",
    }
    multiply(District, seeded.district.pk, changed, first=known, last=total - 1)
    with connection.cursor() as cursor:
        cursor.execute(JOIN_AREAS)
        cursor.execute(JOIN_AUTHORITIES)
        cursor.execute("ANALYZE")


JOIN_AREAS = """
    WITH areas AS (SELECT id, code, row_number() OVER (ORDER BY is_demo, code) - 1 AS n, count(*) OVER () AS most
                   FROM districts_administrativearea),
    joined AS (INSERT INTO districts_district_areas (district_id, administrativearea_id)
               SELECT d.id, a.id FROM districts_district d JOIN areas a ON a.n = mod(d.id, a.most)
               WHERE NOT EXISTS (SELECT 1 FROM districts_district_areas x WHERE x.district_id = d.id)
               RETURNING district_id, administrativearea_id)
    UPDATE districts_district d SET area_code = a.code FROM joined j JOIN areas a ON a.id = j.administrativearea_id
    WHERE d.id = j.district_id
"""
JOIN_AUTHORITIES = """
    INSERT INTO districts_district_authorities (district_id, organisation_id)
    SELECT d.id, (SELECT min(id) FROM accounts_organisation WHERE kind = 'authority') FROM districts_district d
    WHERE NOT EXISTS (SELECT 1 FROM districts_district_authorities x WHERE x.district_id = d.id)
"""


def more_tables(seeded: Seeded, total: int) -> list[int]:
    """Multiply the open table and its rows; returns keys of the copies."""
    source = seeded.table.pk
    multiply(ScoreTable, source, {}, first=1, last=total)
    copies = list(ScoreTable.objects.filter(pk__gt=source, self_check=None, rows=None).order_by("pk").values_list("pk", flat=True))
    names = _columns(ScoreRow)
    statement = sql.SQL("INSERT INTO {t} (table_id, {c}) SELECT k, {c} FROM {t}, unnest(%s::bigint[]) AS k WHERE table_id = %s").format(
        t=sql.Identifier(ScoreRow._meta.db_table), c=sql.SQL(", ").join(sql.Identifier(name) for name in names if name != "table_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [copies, source])
        cursor.execute("ANALYZE")
    return copies


def multiply(model: type[models.Model], source: int, changed: Mapping[str, str], *, first: int, last: int) -> None:
    """Copy a row once for each number; ``changed`` maps columns to SQL, in which ``n.n`` is the number."""
    names = _columns(model)
    chosen = [sql.SQL(changed[name]) if name in changed else sql.SQL("s.{}").format(sql.Identifier(name)) for name in names]
    statement = sql.SQL("INSERT INTO {t} ({c}) SELECT {v} FROM {t} s, generate_series(%s::int, %s::int) AS n (n) WHERE s.id = %s").format(
        t=sql.Identifier(model._meta.db_table),
        c=sql.SQL(", ").join(map(sql.Identifier, names)),
        v=sql.SQL(", ").join(chosen),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [first, last, source])


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
