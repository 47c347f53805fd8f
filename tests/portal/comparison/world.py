"""Received score tables of several districts, with a total, a chapter and a clause."""

from assessments.tables.models import ScoreTable, TableVersion
from districts.common.enums import Stage
from greendistrict.core import clock
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district

NAMES = "甲乙丙丁戊己庚辛壬癸"
CLAUSE = "7.2.17"


def received(number, total, *, value="70", applicant=None, kind="new", year=2025, status="received", **row):
    """A received self-check table of a district of its own, with a total, a chapter and a clause."""
    name = f"演示{NAMES[number]}城（虚构）"
    district = make_district(applicant, name=name, stage=Stage.PILOT) if applicant else make_district(name=name, stage=Stage.PILOT)
    edition, now = published_edition(), clock.now()
    table = ScoreTable.objects.create(
        district=district, edition=edition, purpose="self_check", type=kind, stage="operation", year=year, status=status, created_at=now
    )
    clause = {"item_id": CLAUSE, "value": value, "exclusion_reason": "", "absent_reason": "", "build_state": "done", **row}
    chapters = [{"key": "resilience", "obtained": "60", "possible": "80", "score": str(total)}]
    result = {"total": str(total), "bonus": "0.00", "level": None, "chapters": chapters, "items": []}
    content = {"building": number % 2 == 0, "rows": [clause], "result": result}
    TableVersion.objects.create(table=table, number=1, content=content, digest="d" * 64, frozen_at=now, counts=status == "received")
    return district
