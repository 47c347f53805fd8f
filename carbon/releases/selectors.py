"""Published carbon figures; public page, open data and preview all read them here.

Also here: Permissions on releases.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from carbon.factor_library import LibraryFactor
from carbon.factors.selectors import factors_now
from carbon.inventories.models import CarbonInventory
from carbon.releases.models import CarbonRelease
from carbon.verification.models import CarbonVerification, VerificationConclusion, VerificationState
from districts.file.models.district import District
from districts.file.rules import is_authority
from districts.file.selectors.visibility import public_districts
from districts.releases.models import LIVE
from greendistrict.accounts.selectors import HeldPosts


def may_release(held: HeldPosts, district: District) -> bool:
    """Who releases and withdraws: people acting for the leading body, which owes the report (七（三）4)."""
    return is_authority(held, district)


UNVERIFIED = "未核查"
UNDRAWN = "未选"


@dataclass(frozen=True)
class PublicFigure:
    """The figure of a year as the public reads it."""

    year: int
    edition: int
    total: Decimal
    per_m2_kg: Decimal | None
    boundary: str
    factors: tuple[str, ...]
    verified: bool
    conclusion: str

    @property
    def verification(self) -> str:
        """Verification as text."""
        return f"已核查，{self.conclusion}" if self.verified else UNVERIFIED


def figures_released(districts: QuerySet[District]) -> list[tuple[CarbonRelease, PublicFigure]]:
    """Released figures of those public districts, by district, newest year first; at most three queries, one if there are none."""
    releases = CarbonRelease.objects.filter(LIVE, district__in=public_districts() & districts)
    rows = list(releases.select_related("district", "inventory").order_by("district__is_demo", "district__code", "-year"))
    return list(zip(rows, figures_of([row.inventory for row in rows]), strict=True))


def figures_of(inventories: Iterable[CarbonInventory]) -> list[PublicFigure]:
    """The given filed editions as the public would read them; two queries, none for an empty list."""
    rows = list(inventories)
    if not rows:
        return []
    known = factors_now()
    signed = CarbonVerification.objects.filter(status=VerificationState.SIGNED, inventory__in=rows)
    conclusions = dict(signed.values_list("inventory", "conclusion"))
    return [_figure(row, conclusions.get(row.pk, ""), known) for row in rows]


def _figure(inventory: CarbonInventory, conclusion: str, known: Mapping[str, LibraryFactor]) -> PublicFigure:
    content = (inventory.frozen or {})["content"]
    used = {(row["factor"], row["since"]) for row in content["rows"] if row["factor"]}
    names = [f"{known[key].name if key in known else key}（{since}年起）" for key, since in sorted(used)]
    own = sum(not row["factor"] for row in content["rows"])
    return PublicFigure(
        year=inventory.year,
        edition=inventory.edition,
        total=Decimal(content["total"]),
        per_m2_kg=Decimal(content["per_m2_kg"]) if content["per_m2_kg"] else None,
        boundary=content["boundary"]["extent"] or UNDRAWN,
        factors=(*names, *((f"自填因子{own}项",) if own else ())),
        verified=bool(conclusion),
        conclusion=VerificationConclusion(conclusion).label if conclusion else "",
    )


def live_release(district: District, year: int) -> CarbonRelease | None:
    """The release of a year that is not withdrawn; None if there is none."""
    releases = CarbonRelease.objects.filter(LIVE, district=district, year=year)
    return releases.select_related("inventory").first()


def releases_of(inventory: CarbonInventory) -> list[CarbonRelease]:
    """All releases of the district and year including withdrawn ones, newest first."""
    releases = CarbonRelease.objects.filter(district=inventory.district_id, year=inventory.year)
    return list(releases.select_related("inventory", "released_by", "withdrawn_by"))
