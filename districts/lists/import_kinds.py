"""How each list of a district is imported from a workbook: fields, attached values of a row, dependencies of added rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models.functions import Cast, Concat

from districts.common.enums import ImportKind
from districts.file.models.district import District
from districts.plots.checks import BACKFILLED
from districts.plots.columns import PLOT
from districts.plots.frozen import FIXED, altered, frozen_among
from districts.plots.models import Plot, PlotIndicator
from districts.plots.services.indicator_values import FIELDS as STAGES
from districts.plots.services.indicator_values import compare, store
from districts.projects.columns import PROJECT_ENTERED, WORK_ENTERED
from districts.projects.models import KeyProject
from greendistrict.columns.declared import Columns
from greendistrict.documents.models import Evidence

Values = Mapping[str, Any]


@dataclass(frozen=True)
class ListSpec:
    """A list of the columns that an import writes; ``key`` is the one that identifies a row.

    ``values_key`` names the attached values in ``ListImport.rows``; ``standing`` are relations that prevent an undo.
    """

    key: str
    noun: str
    unit: str
    columns: Columns
    standing: tuple[tuple[str, str], ...] = ()
    values_key: str = "values"

    def settled(self, _district: District, _rows: Mapping[int, Any], _wanted: Mapping[int, Values]) -> list[str]:
        """Names of stored rows with a field to be written that may no longer be overwritten."""
        return []

    def hanging(self, _wanted: Mapping[int, Values]) -> dict[int, Values]:
        """Current attached values by row, in stored form."""
        return {}

    def hung(self, kept: Mapping[int, Values]) -> Mapping[int, Values]:
        """Convert stored attached values into the form for writing."""
        return kept

    def hang(self, wanted: Mapping[int, Values]) -> None:
        """Write the attached values of rows."""

    def drop_backfills(self, wanted: Mapping[int, Iterable[str]]) -> None:
        """Delete backfills of plots whose proven fields are overwritten."""

    def used(self, added: "models.QuerySet[Any]") -> Iterator[tuple[str, "models.QuerySet[Any]"]]:
        """Added rows on which something depends, with words."""
        for relation, words in self.standing:
            yield words, added.filter(**{f"{relation}__isnull": False})


class PlotList(ListSpec):
    """Plots with values of their indicators, ``{key: {stage: value}}``, stored as three values by key."""

    def settled(self, district: District, rows: Mapping[int, Any], wanted: Mapping[int, Values]) -> list[str]:
        """Numbers of plots of the pilot baseline whose frozen fields would be overwritten."""
        moved = [rows[pk] for pk, fields in wanted.items() if set(fields) & set(FIXED) and altered(rows[pk], fields)]
        return [plot.number for plot in frozen_among(district, moved)] if moved else []

    def hanging(self, wanted: Mapping[int, Values]) -> dict[int, Values]:
        """The three values of every indicator to be changed."""
        stored = {
            (row.plot_id, row.key): [getattr(row, stage) for stage in STAGES] for row in PlotIndicator.objects.filter(plot_id__in=wanted)
        }
        return {pk: {key: stored.get((pk, key), ["", "", ""]) for key in values} for pk, values in wanted.items()}

    def drop_backfills(self, wanted: Mapping[int, Iterable[str]]) -> None:
        """Delete backfills of plots whose way or day of acquisition, or day of completion, changed."""
        moved = [pk for pk, names in wanted.items() if set(BACKFILLED) & set(names)]
        if moved:
            Plot.objects.filter(pk__in=moved, backfill__isnull=False).update(backfill=None)

    def hung(self, kept: Mapping[int, Values]) -> Mapping[int, Values]:
        """The three values by stage."""
        return {pk: {key: dict(zip(STAGES, three, strict=True)) for key, three in values.items()} for pk, values in kept.items()}

    def hang(self, wanted: Mapping[int, Values]) -> None:
        """Write the indicators in one read and one write."""
        held = {(row.plot_id, row.key): row for row in PlotIndicator.objects.filter(plot_id__in=wanted)}
        rows = []
        for pk, values in wanted.items():
            for key, stages in values.items():
                row = held.get((pk, key)) or PlotIndicator(plot_id=pk, key=key)
                for stage, value in stages.items():
                    setattr(row, stage, value)
                compare(row)
                rows.append(row)
        store(rows)


class ProjectList(ListSpec):
    """Key projects with their plots, ``{"plots": [number]}``."""

    def hanging(self, wanted: Mapping[int, Values]) -> dict[int, Values]:
        """Plot numbers of the projects whose plots are to be changed."""
        found: dict[int, list[str]] = {pk: [] for pk in wanted}
        links = KeyProject.plots.through.objects.filter(keyproject_id__in=wanted)
        for pk, number in links.order_by("plot__number").values_list("keyproject_id", "plot__number"):
            found[pk].append(number)
        return {pk: {"plots": numbers} for pk, numbers in found.items()}

    def hang(self, wanted: Mapping[int, Values]) -> None:
        """Write the links in one read and two writes."""
        links = KeyProject.plots.through
        links.objects.filter(keyproject_id__in=wanted).delete()
        numbers = {number for values in wanted.values() for number in values["plots"]}
        district = KeyProject.objects.filter(pk__in=wanted).values("district")[:1]
        plots = dict(Plot.objects.filter(district=district, number__in=numbers).values_list("number", "pk") if numbers else ())
        pairs = [(pk, plots[number]) for pk, values in wanted.items() for number in values["plots"] if number in plots]
        links.objects.bulk_create([links(keyproject_id=project, plot_id=plot) for project, plot in pairs])

    def used(self, added: "models.QuerySet[Any]") -> Iterator[tuple[str, "models.QuerySet[Any]"]]:
        """Projects with photos or other files."""
        owner = Concat(models.Value(f"{KeyProject._meta.label_lower}:"), Cast("pk", models.CharField()))
        yield "已上传照片或文件", added.annotate(_owner=owner).filter(_owner__in=Evidence.objects.values("owner"))


KINDS: Mapping[ImportKind, ListSpec] = {
    ImportKind.PLOTS: PlotList(
        "number", "地块", "个地块", PLOT.without("lineage", "step"),
        (("control", "已启动管控"), ("opinions", "已征询意见"), ("checks", "已登记审查"), ("key_projects", "已挂到重点项目")), "indicators",
    ),
    ImportKind.PROJECTS: ProjectList(
        "name", "近期重点项目", "个项目", PROJECT_ENTERED.without("plots"), values_key="links",
    ),
    ImportKind.WORKS: ListSpec(
        "name", "市政设施", "项设施", WORK_ENTERED, (("indicators", "已登记绿色生态要求"), ("checks", "已登记审查")),
    ),
}  # fmt: skip
