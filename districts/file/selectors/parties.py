"""What pages tell of designated bodies, sub-areas, funds and renewal projects."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from districts.common.enums import DistrictType, RenewalDrive
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody, FundState, RenewalProject, RenewalProjectKind
from districts.plausibility.models import FigureAnswer
from districts.plausibility.selectors import answered_by, answers_about
from greendistrict.core.django_internals import Compiled
from greendistrict.core.templatetags.gd import km2, num


@dataclass(frozen=True)
class Renewal:
    """Drives of a renewal district (六（二）), and its 美丽街区 and 美丽家园 projects or rows of them."""

    drive_words: str
    projects: list[Any]

    @property
    def project_words(self) -> str:
        """Number of projects of each programme, in one line."""
        counts = [(kind.label, sum(row.kind == kind for row in self.projects)) for kind in RenewalProjectKind]
        return "，".join(f"{label}{count}个" for label, count in counts if count) or "没有登记"

    @property
    def by_drive(self) -> str:
        """Projects by the drive they serve, those without a drive last, in one line."""
        under = {drive: [row.name for row in self.projects if row.drive == drive] for drive in (*RenewalDrive.values, "")}
        return "；".join(f"{drive or '未填更新导向'}{len(names)}个：{'、'.join(names)}" for drive, names in under.items() if names)


def renewal_of(district: District) -> Renewal | None:
    """Drives and projects of a renewal district; None for others. Used by its page, the score table and reports."""
    return renewals_of([district]).get(district.pk)


def renewals_of(districts: Iterable[District]) -> dict[int, Renewal]:
    """``renewal_of`` the renewal districts among several, by district: one query, none without any."""
    renewals = {district.pk: Renewal(district.drive_words, []) for district in districts if district.type == DistrictType.RENEWAL}
    for project in RenewalProject.objects.filter(district__in=renewals) if renewals else ():
        renewals[project.district_id].projects.append(project)
    return renewals


def answered_of(district: District) -> list[tuple[Any, list[FigureAnswer]]]:
    """Explained figures of the profile, the newest specialised plan and the three lists; one query, and one for each kind that has some."""
    given = EXPLAINED.read(district.pk)
    return answered_by(given, *_explainable(district)) if given else []


def _explainable(district: District) -> tuple[QuerySet[Any], ...]:
    newest = district.plans.order_by("-number").values("pk")[:1]
    lists = (rows.all() for rows in (district.plots, district.key_projects, district.works))
    return District.objects.filter(pk=district.pk), district.plans.filter(pk__in=newest), *lists


EXPLAINED = Compiled(lambda district: answers_about(*_explainable(District(pk=district))), -1)


def areas_told(_district: District, areas: list[Any]) -> str:
    """Number and area of sub-areas."""
    return f"{len(areas)}个，{km2(sum(area.area_km2 or 0 for area in areas))}" if areas else ""


def funds_told(_district: District, funds: list[Any]) -> str:
    """Amounts by state."""
    sums = [(state.label, sum(fund.amount for fund in funds if fund.state == state)) for state in FundState]
    return "，".join(f"{label}{num(amount, 2)}万元" for label, amount in sums if amount)


def renewal_told(district: District, projects: list[Any]) -> str:
    """Projects by programme, and the drives of the district."""
    return f"{Renewal(district.drive_words, projects).project_words}　更新导向：{district.drive_words}"


def bodies_of(district: District) -> QuerySet[DesignatedBody]:
    """Bodies that its authorities have designated."""
    return DesignatedBody.objects.filter(authority__districts_led=district, until__isnull=True).select_related("authority").order_by("pk")
