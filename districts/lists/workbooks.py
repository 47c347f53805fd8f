"""Key projects and municipal works as workbooks: export and import."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from districts.common.enums import ImportKind, ProjectState
from districts.file.models.district import District
from districts.file.workbook_marks import DistrictReader, Values, list_book
from districts.lists.services.rows import progress_problems, settled_days
from districts.plausibility.findings import PlausibilityFinding
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK_ENTERED
from districts.projects.models import KeyProject, Work
from districts.projects.questions import asked_of_key_project, asked_of_listed_work
from greendistrict.core.constraints import out_of_order
from greendistrict.documents.workbooks.book import Book, Returned
from greendistrict.documents.workbooks.columns import cell_of

KEY_WORDS = "{}是识别依据：平台上已有的{}修改原来的一条，没有的新增一条；工作簿里没有的不变，不会删除。更名请在页面上办理。"
DAY_WORDS = "日期填 2026-03-01 的样子；{}"
PROJECTS = Book(
    ImportKind.PROJECTS,
    "近期重点项目",
    "个项目",
    PROJECT_ENTERED.book_columns(),
    (
        KEY_WORDS.format("项目名称", "名称"),
        DAY_WORDS.format("状态填未开工、在建、竣工、投用，投用的填投用日期。"),
        "对应条文填评价标准的条文号，涉及地块填地块编号，都用顿号隔开。",
    ),
)
WORKS = Book(
    ImportKind.WORKS,
    "市政设施",
    "项设施",
    WORK_ENTERED.book_columns(),
    (KEY_WORDS.format("设施名称", "名称"), DAY_WORDS.format("主要设施填“是”或“否”，留空为是；状态由日期得出。")),
)


def projects_book(district: District, returned: Sequence[Returned] | None = None) -> bytes:
    """Workbook of the key projects, or of rows returned from an import."""
    rows = district.key_projects.prefetch_related("plots").order_by("planned_start", "name") if returned is None else ()
    cells = [[cell_of(column, PROJECT[column.field].of(row)) for column in PROJECTS.columns] for row in rows]
    return list_book(district, PROJECTS, cells, returned=returned or ())


def works_book(district: District, returned: Sequence[Returned] | None = None) -> bytes:
    """Workbook of the municipal works, or of rows returned from an import."""
    rows = district.works.order_by("name") if returned is None else ()
    cells = [[cell_of(column, getattr(row, column.field)) for column in WORKS.columns] for row in rows]
    return list_book(district, WORKS, cells, returned=returned or ())


class ProjectReader(DistrictReader[KeyProject]):
    """Reader of key projects by name with their plots: three queries."""

    book = PROJECTS

    def rows(self) -> Mapping[str, KeyProject]:
        """Projects by name."""
        self.floors = dict(self.subject.plots.values_list("number", "floor_area"))
        return {row.name: row for row in self.subject.key_projects.prefetch_related("plots")}

    def current(self, row: KeyProject | None, name: str) -> Any:
        """A field of the project; ``plots`` as numbers."""
        return PROJECT[name].of(row) if row else super().current(row, name)

    def completed(self, _row: KeyProject | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults: a project without a state has not begun."""
        return {**typed, "state": typed["state"] or ProjectState.PLANNED.value, "plots": sorted(typed["plots"])}

    def against(self, _row: KeyProject | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors of a row: contradictions, and plots that the district does not have."""
        candidate = _project(typed)
        unknown = [number for number in typed["plots"] if number not in self.floors]
        return [*_problems(candidate), *([("plots", f"没有地块{'、'.join(unknown)}")] if unknown else [])]

    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """Questions about investment and days, also beside the floor of the plots named."""
        floors = [floor for number in values["plots"] if (floor := self.floors.get(number)) is not None]
        return asked_of_key_project(
            _project(values), None, sum(floors, Decimal(0)) if floors else None, limits=self.limits, today=self.today
        )

    def parted(
        self, _row: KeyProject | None, _typed: Mapping[str, Any], changed: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Split the changes into fields of the project, and its plots."""
        own = {name: value for name, value in changed.items() if name != "plots"}
        return own, {"plots": changed["plots"]} if "plots" in changed else {}


def _project(values: Values) -> KeyProject:
    return KeyProject(**{name: value for name, value in values.items() if name != "plots"})


class WorkReader(DistrictReader[Work]):
    """Reader of municipal works by name."""

    book = WORKS

    def rows(self) -> Mapping[str, Work]:
        """Works by name."""
        return {row.name: row for row in self.subject.works.all()}

    def completed(self, _row: Work | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults: a work is a main one unless stated otherwise."""
        return {**typed, "main": True if typed["main"] is None else typed["main"]}

    def against(self, row: Work | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors of a row: contradictions, and dates fixed by an acceptance."""
        short = [("length_m", "长度应大于0")] if typed["length_m"] == 0 else []
        settled = settled_days(Work(pk=row.pk, conforms=row.conforms, **typed), changed) if row else []
        return [*_problems(Work(**typed)), *short, *settled]

    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """Questions about length and days."""
        return asked_of_listed_work(Work(**values), None, self.subject.area_km2, limits=self.limits, today=self.today)


def _problems(candidate: KeyProject | Work) -> list[tuple[str, str]]:
    """Dates in the future, a state without its date, dates in the wrong order."""
    return [*((refusal.field, refusal.text) for refusal in progress_problems(candidate)), *out_of_order(candidate)]
