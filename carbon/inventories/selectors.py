"""Read carbon inventories: visibility, content, missing values, the valid edition of a year, tasks.

Also here: Permissions on carbon inventories.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

import yaml
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from assessments.common import rules as filing
from assessments.common.selectors import own_people, own_side
from carbon.enums import Sector
from carbon.factor_library import library
from carbon.factors.selectors import factors_now
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.content import Content, Filled, HeadTexts, as_file, asked_of_inventory, digest_of, filled
from carbon.inventories.models import MANDATED, OPEN, CarbonInventory, InventoryState
from carbon.metering.enums import MeteredCarrier
from carbon.metering.selectors.board import ActivityAmount, activity_amounts
from districts.boundaries.models import Boundary
from districts.file.models.district import District
from districts.file.rules import is_preparer, may_edit_district
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from districts.plausibility.selectors import answers_to, unexplained
from greendistrict.accounts.acting import named
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads, once
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up, percent
from greendistrict.policy import parameters
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def may_open(held: HeldPosts, district: District) -> bool:
    """Whether the user may open an inventory or its next edition: the applicant's preparer, or the consultant it authorised."""
    return may_edit_district(held, district)


def may_fill(held: HeldPosts, inventory: CarbonInventory) -> bool:
    """Whether the user may edit the inventory: as ``may_open``, while the edition is a draft."""
    return inventory.status == InventoryState.DRAFT and may_edit_district(held, inventory.district)


def may_drop(held: HeldPosts, inventory: CarbonInventory) -> bool:
    """Whether the user may discard the draft: only the applicant's preparer, not a consultant."""
    return inventory.status == InventoryState.DRAFT and is_preparer(held, inventory.district)


FILED = Q(status=InventoryState.FILED)
METERED, METERED_PLACES = "metered-", 3  # key prefix of rows fed by meters; decimals of their amounts
METERED_SECTORS = {MeteredCarrier.GENERATION: Sector.RENEWABLE.value, MeteredCarrier.WATER: Sector.WATER.value}


def inventories_visible_to(viewer: Viewer) -> QuerySet[CarbonInventory]:
    """The district's own people see every edition; its leading body, the city, the secretariat and partners only filed ones.

    A verifier sees filed editions of the districts and years it is mandated for.
    """
    inventories = CarbonInventory.objects.select_related("district")
    if filing.oversees(viewer.held):
        return inventories.filter(FILED)
    mine = own_people(viewer) | (own_side(viewer) & FILED)
    held = viewer.held
    if held.has(Role.PARTNER):
        mine |= FILED
    if held.has(Role.VERIFIER):
        bodies, mandates = held.organisations_as(Role.VERIFIER), "district__carbon_verifications__"
        mine |= FILED & Q(**{f"{mandates}body__in": bodies, f"{mandates}year": F("year"), f"{mandates}status__in": MANDATED})
    return inventories.filter(pk__in=CarbonInventory.objects.filter(mine).order_by().values("pk"))


def head_of(inventory: CarbonInventory) -> HeadTexts:
    """Stored values above the rows, as texts."""
    return HeadTexts(
        inventory.area_m2,
        inventory.population,
        inventory.gdp_wan,
        include_industry=inventory.include_industry,
        extent=extent_words(inventory.boundary) if inventory.boundary else "",
        note=inventory.note,
    )


def extent_words(boundary: Boundary) -> str:
    """Display text of a boundary version."""
    return f"{boundary.get_kind_display()}（第{boundary.number}版）"


def extent_record(boundary: Boundary | None) -> dict[str, str] | None:
    """What a filed inventory keeps of the drawn boundary: version, area, digests of its file and of its geometry."""
    if boundary is None:
        return None
    return {
        "words": extent_words(boundary),
        "kind": boundary.kind,
        "number": str(boundary.number),
        "area_km2": plain(boundary.area_km2),
        "file_sha256": boundary.sha256,
        "shape_sha256": digest_of(boundary.geometry),
    }


def newer_extent(inventory: CarbonInventory) -> Boundary | None:
    """The newest boundary of the same kind if it is newer than the one used, else None; one query."""
    used = inventory.boundary
    if used is None:
        return None
    return Boundary.objects.filter(district=used.district_id, kind=used.kind, number__gt=used.number).order_by("-number").first()


def extents_of(district: District) -> QuerySet[Boundary]:
    """Boundary versions of the district that an inventory may name: by kind, newest first."""
    return Boundary.objects.filter(district=district).order_by("kind", "-number")


def texts_of(inventory: CarbonInventory) -> list[RowTexts]:
    """Stored rows as typed texts."""
    return [RowTexts.of(row) for row in inventory.rows.all()]


def metered_rows(inventory: CarbonInventory, today: dt.date) -> list[RowTexts]:
    """One row for each carrier that the district's meters recorded in the year; the preparer fills in sector and factor."""
    return [_metered(one, inventory.year) for one in activity_amounts(inventory.district, inventory.year, today)]


def _metered(one: ActivityAmount, year: int) -> RowTexts:
    share, guessed = percent(one.coverage), percent(one.estimated_share)
    return RowTexts(
        key=f"{METERED}{one.carrier.value}",
        sector=METERED_SECTORS.get(one.carrier, ""),
        name=f"{one.carrier.label}（计量）",
        amount=plain(half_up(one.amount, METERED_PLACES)),
        unit=one.unit,
        source=f"平台计量：{year}年{one.period}，{one.meters}个计量器具，应有读数的完整率{share}，其中估算用量占{guessed}",
    )


def filled_of(inventory: CarbonInventory) -> Filled:
    """Content with result: the frozen one of a filed inventory, otherwise calculated now."""
    if inventory.frozen is not None:
        return Filled(inventory.frozen["content"], ())
    return filled(head_of(inventory), texts_of(inventory), factors_now())


def blocking(inventory: CarbonInventory, today: dt.date) -> list[dict[str, str]]:
    """Everything that is wrong or missing and prevents submitting for signing."""
    found = [{"field": name, "text": text} for name, text in filled_of(inventory).lines]
    if words := not_over(inventory.year, today):
        found.insert(0, {"field": "", "text": words})
    found += [{"field": "", "text": f"{one.text}；请更正，或者在“数值核对”中写明原因"} for one in open_questions(inventory)]
    if names := [name for _, name in carried_over(inventory)]:
        where = f"{reverse('carbon:inventory', args=[inventory.pk])}#carried"
        found.append({"field": "", "href": where, "text": f"沿用{inventory.year - 1}年度，尚未确认：{'、'.join(names)}"})
    if inventory.boundary_id is None and extents_of(inventory.district).exists():
        found.insert(0, {"field": "extent", "text": "核算范围未选，请选定城区已登记的一版范围"})
    return found


def carried_over(inventory: CarbonInventory) -> list[tuple[str, str]]:
    """What was taken over from the year before and nobody has confirmed: (key of the row, its name); an empty key for boundary and area."""
    rows = [(row.key, str(row)) for row in inventory.rows.exclude(carried_from=None)]
    return [*([("", "核算范围和核算建筑面积")] if inventory.carried_from else []), *rows]


def not_over(year: int, today: dt.date) -> str:
    """Why an inventory cannot be handed up before its year is over; empty afterwards."""
    opens = dt.date(year + 1, 1, 1)
    return f"{year}年度碳排放清单自{day_in_words(opens)}起报送" if today < opens else ""


def questions_of(inventory: CarbonInventory) -> list[PlausibilityFinding]:
    """What the rules find in an open inventory, beside the valid one of the year before; none once it is filed."""
    if inventory.frozen is not None:
        return []
    return asked_of_inventory(filled_of(inventory).content, year_before(inventory), limits_of(parameters.load()))


def year_before(inventory: CarbonInventory) -> Content | None:
    """Content of the inventory of the year before that is valid now, or that was when a filed one was filed; None without one."""
    return once(_year_before, inventory)


def _year_before(inventory: CarbonInventory) -> Content | None:
    filed = CarbonInventory.objects.filter(FILED, district=inventory.district_id, year=inventory.year - 1)
    if inventory.filed_at is not None:  # what was signed was compared with what counted on that day, whatever was corrected since
        filed = filed.filter(filed_at__lte=inventory.filed_at)
    before = filed.order_by("-edition").first()
    return before.frozen["content"] if before is not None and before.frozen else None


def last_filed(inventory: CarbonInventory) -> CarbonInventory | None:
    """The valid edition of the year before, which a new inventory may begin from; None without one."""
    filed = CarbonInventory.objects.filter(FILED, district=inventory.district_id, year=inventory.year - 1)
    return filed.select_related("boundary").defer("frozen").order_by("-edition").first()


def open_questions(inventory: CarbonInventory) -> list[PlausibilityFinding]:
    """Those that nobody has explained."""
    questions = questions_of(inventory)
    return unexplained(answers_to(inventory), questions) if questions else []


def to_freeze(inventory: CarbonInventory, _today: dt.date) -> dict[str, Any]:
    """Record frozen at filing: district, year, edition, drawn boundary, content and result."""
    about = {"district": inventory.district.code, "year": inventory.year, "edition": inventory.edition, "reason": inventory.reason}
    explained = [{"question": answer.question, "text": answer.text, "by": named(answer, "by")} for answer in answers_to(inventory)]
    frozen = {**about, "extent": extent_record(inventory.boundary), "content": filled_of(inventory).content}
    return {**frozen, "explained": explained} if explained else frozen


def file_of(inventory: CarbonInventory) -> str:
    """The inventory as YAML for the command ``carbon_inventory``; factors added by the city are written as values."""
    return str(yaml.safe_dump(as_file(filled_of(inventory).content, inventory.year, library()), allow_unicode=True, sort_keys=False))


def editions_of(viewer: Viewer, inventory: CarbonInventory) -> list[CarbonInventory]:
    """Editions of the same district and year that the person may see, newest first."""
    found = inventories_visible_to(viewer).filter(district=inventory.district_id, year=inventory.year)
    return list(found.order_by("-edition"))


def counting(inventory: CarbonInventory) -> CarbonInventory | None:
    """The valid edition of the same district and year (the newest filed one); None if none was filed."""
    same = CarbonInventory.objects.filter(FILED, district=inventory.district_id, year=inventory.year)
    return same.order_by("-edition").first()


def has_open(inventory: CarbonInventory) -> bool:
    """Whether an edition of the same district and year is still open."""
    return CarbonInventory.objects.filter(district=inventory.district_id, year=inventory.year, status__in=OPEN).exists()


def filed_years(viewer: Viewer, districts: Collection[int]) -> dict[int, list[CarbonInventory]]:
    """Valid editions visible to the person, by district, newest year first; one query."""
    return _by_district(inventories_visible_to(viewer).filter(FILED, district__in=districts))


def counting_in(year: int) -> QuerySet[CarbonInventory]:
    """Valid editions of a year regardless of the reader; only for figures that do not name a district."""
    newest = CarbonInventory.objects.filter(FILED, year=year).order_by("district_id", "-edition").distinct("district_id")
    return CarbonInventory.objects.filter(pk__in=newest.values("pk"))


def _by_district(filed: QuerySet[CarbonInventory]) -> dict[int, list[CarbonInventory]]:
    found: dict[int, list[CarbonInventory]] = {}
    for row in filed.order_by("district_id", "-year", "-edition").distinct("district_id", "year"):
        found.setdefault(row.district_id, []).append(row)
    return found


def counted_years(in_time: Q, districts: Collection[int], year: int) -> dict[int, list[CarbonInventory]]:
    """Valid editions filed ``in_time`` for years up to ``year``, by district, newest first, for reports of the portal; one query."""
    rows = CarbonInventory.objects.filter(FILED, in_time, district__in=districts, year__lte=year)
    return _by_district(rows)


WORDS = {InventoryState.DRAFT: "填报碳排放清单", InventoryState.SIGNING: "审核签发碳排放清单"}


@among(lambda: CarbonInventory.objects.filter(status__in=OPEN))
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: inventories that wait for this person."""
    if not viewer.held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER):
        return []
    rows = CarbonInventory.objects.filter(own_people(viewer), status__in=OPEN).select_related("district").distinct()
    with held_reads():
        return [
            Task(
                title=WORDS[InventoryState(row.status)],
                subject=str(row),
                link=reverse("carbon:inventory", args=[row.pk]),
                since=row.opened_at,
                kind=f"carbon_inventory.{row.status}",
                is_demo=row.district.is_demo,
            )
            for row in rows.order_by("year", "pk")
            if _waits_for(viewer, row)
        ]


def _waits_for(viewer: Viewer, inventory: CarbonInventory) -> bool:
    held = viewer.held
    if inventory.status == InventoryState.SIGNING:
        return filing.signs(held, inventory)
    return may_fill(held, inventory)
