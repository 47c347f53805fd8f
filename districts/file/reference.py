"""Reference data of the app: administrative areas, bodies named in the policy, real districts with their sources.

Titles are not included: they are entered through approvals as 历史补录. Loading is idempotent.
"""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from districts.common.certainty import STANDARD, is_inferred
from districts.common.enums import TITLED, Certainty, DistrictType
from districts.file.models.district import AdministrativeArea, District, ExternalHonour
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.core.columns import fitted
from indicators.editions.models import Edition

DATA = Path(__file__).resolve().parents[1] / "data"
TYPES = {"新建": DistrictType.NEW, "更新": DistrictType.RENEWAL}
UNKNOWN = "unknown"
BRACKETS = str.maketrans("()", "（）")
CERTIFIED = "(获证)"
FICTIONAL_AREAS = {"990001": "演示甲区（虚构）", "990002": "演示乙区（虚构）", "990003": "演示丙区（虚构）"}


def load() -> tuple[int, int, int, int]:
    """Load areas, authorities and real districts in one transaction; numbers of these and of guideline areas afterwards."""
    with transaction.atomic():
        areas = load_areas()
        load_authorities(areas)
        for row in real_rows():
            _load_district(row, areas)
    real = District.objects.filter(is_demo=False).exclude(sources=[])
    authorities = Organisation.objects.filter(code__startswith="gov-").count()
    return len(areas), authorities, real.filter(guideline_area=False).count(), real.filter(guideline_area=True).count()


def load_areas() -> dict[str, AdministrativeArea]:
    """The 16 administrative districts (GB/T 2260) by name."""
    with (DATA / "areas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        AdministrativeArea.objects.update_or_create(name=row["name"], defaults={"code": row["code"], "source": row["source"]})
    return {area.name: area for area in AdministrativeArea.objects.filter(code__in=[row["code"] for row in rows])}


def load_fictional_areas() -> dict[str, AdministrativeArea]:
    """Areas by code in which only demo districts may lie (see ``AdministrativeArea``); idempotent."""
    for code, name in FICTIONAL_AREAS.items():
        AdministrativeArea.objects.update_or_create(code=code, defaults={"name": name, "source": "虚构，仅供演示", "is_demo": True})
    return {area.code: area for area in AdministrativeArea.objects.filter(code__in=FICTIONAL_AREAS)}


def load_authorities(areas: dict[str, AdministrativeArea]) -> None:
    """Create the bodies that lead districts (五（二）): governments of the 16 districts, and 特定地区管委会 of ``bodies.csv`` with sources.

    They have no users until the keepers appoint people. Bodies below them differ by district and are entered by the keepers.
    """
    for area in areas.values():
        source = f"沪住建规范联〔2023〕13号 五（二）；{area.source}"
        _authority(f"gov-{area.code}", name=f"上海市{area.name}人民政府", admin_code=area.code, source=source, is_committee=False)
    with (DATA / "bodies.csv").open(encoding="utf-8", newline="") as file:
        committees = list(csv.DictReader(file))
    for row in committees:
        _authority(row["code"], name=row["name"], aliases=row["aliases"].split(";"), source=row["source"], is_committee=True)


def _authority(code: str, **values: Any) -> None:
    """Create a body if it is missing; of an existing one only the source is updated, because the keepers may have changed the rest."""
    body, is_new = Organisation.objects.get_or_create(code=code, defaults={**values, "kind": OrganisationKind.AUTHORITY})
    if not is_new and body.source != values["source"]:
        body.source = values["source"]
        body.save(update_fields=["source"])


def real_rows() -> list[dict[str, Any]]:
    """Rows of the source file, each with its fields of ``real_districts.yaml`` under ``extra``."""
    extra = yaml.safe_load((DATA / "real_districts.yaml").read_text(encoding="utf-8"))
    with (DATA / "real_districts.csv").open(encoding="utf-8", newline="") as file:
        return [{**row, "extra": extra[row["name"]]} for row in csv.DictReader(file)]


def _load_district(row: dict[str, Any], areas: dict[str, AdministrativeArea]) -> None:
    extra = row["extra"]
    if District.objects.filter(code=extra["code"], applicant__isnull=False).exists():
        return  # an applicant keeps this file now; the source's facts are in its history
    fields = _fields(row, extra)
    held = District.objects.filter(code=extra["code"], stage__in=TITLED).first()
    if held is not None:  # copies of its title, which may have been corrected since
        fields |= {"status_certainty": held.status_certainty, **_edition(held.edition_text, held.edition_certainty)}
    district, _ = District.objects.update_or_create(code=extra["code"], defaults=fields)
    district.areas.set([areas[name] for name in extra.get("areas", [row["admin_district"]])])
    codes = [*(f"gov-{area.code}" for area in district.areas.all()), *extra.get("bodies", [])]
    district.authorities.set(Organisation.objects.filter(code__in=codes))
    district.order_by_area()
    if honour := extra.get("honour"):
        values = {**honour, "source": fitted(ExternalHonour, "source", "；".join(district.sources))}
        if holder := _holder(row):
            values["detail"] = f"获证单位：{holder}；{values.get('detail', '')}"
        ExternalHonour.objects.update_or_create(district=district, title=values.pop("title"), defaults=values)


def _holder(row: dict[str, Any]) -> str:
    """Body named by the source as holder of a certificate, which is not necessarily the applicant of a title."""
    body = str(row["planning_applicant_body"])
    return body.removesuffix(CERTIFIED) if body.endswith(CERTIFIED) else ""


def _fields(row: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Plain fields; what the source does not state stays empty and is shown as 未查明."""
    status = Certainty.UNKNOWN if row["status"] == UNKNOWN else Certainty.SOURCED
    kind = TYPES.get(row["type"], "")
    return {
        "name": row["name"].translate(BRACKETS),
        "aliases": extra.get("aliases", []),
        "type": kind,
        "type_certainty": extra.get("type_certainty", Certainty.SOURCED if kind else Certainty.UNKNOWN),
        "applicant_text": "" if _holder(row) else row["planning_applicant_body"].translate(BRACKETS),
        "area_km2": _decimal(row["area_km2"]),
        **_edition(row["standard_edition"], Certainty.INFERRED if is_inferred(extra["words"], STANDARD) else Certainty.SOURCED),
        "key_areas": extra.get("key_areas", []),
        "guideline_area": extra.get("guideline", False),
        "status_certainty": extra.get("status_certainty", status),
        "latitude": _decimal(row["lat"]),
        "longitude": _decimal(row["lon"]),
        "sources": [address.strip() for address in row["source_url"].split(";") if address.strip()],
        "note": row["note"].translate(BRACKETS),
        "fact_certainty": extra["words"],
    }


def _edition(code: str, certainty: str) -> dict[str, Any]:
    """Fields of the standard that applies; one that the portal has is linked."""
    found = Edition.objects.filter(code=code).first() if code else None
    return {"edition": found, "edition_text": code, "edition_certainty": certainty}


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
