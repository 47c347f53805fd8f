"""四部门 × 四环节 (七（二）): which checks of a plot or work are on record, asked for, missing or not yet due. Pure."""

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from districts.common.enums import CheckResult, CheckStage, OpinionPurpose
from districts.land.green_indicators import check_department_of, check_departments

CONSTRUCTION = "建设交通"  # the name of the 住建 body among the four departments
HELD, NOT_HELD, ASKED, MISSING, LATER = "held", "not_held", "asked", "missing", "later"
WORDS = {HELD: "符合", NOT_HELD: "不符合", ASKED: "已提请", MISSING: "未登记", LATER: "未到环节"}
TONES = {HELD: "green", NOT_HELD: "red", ASKED: "blue", MISSING: "amber", LATER: "line"}
RECORDED = {CheckResult.HELD: HELD, CheckResult.NOT_HELD: NOT_HELD, CheckResult.ASKED: ASKED}
order = attrgetter("checked_on", "pk")


class MatrixCell(NamedTuple):
    """A department at a stage: its checks in the order of their days, how the newest stands, whether the stage was gone through."""

    state: str
    checks: tuple[Any, ...]
    is_reached: bool = False

    @property
    def words(self) -> str:
        """State in words."""
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        """Colour of its tag."""
        return TONES[self.state]


class MatrixLine(NamedTuple):
    """A department with its cells by stage, and in words what it was asked before the land was supplied or on the design."""

    department: str
    cells: tuple[MatrixCell, ...]
    asked: tuple[str, ...] = ()


def check_lines(checks: Iterable[Any], reached: Collection[str], questions: Iterable[tuple[str, str]] = ()) -> list[MatrixLine]:
    """The four departments, then others that checked; ``reached`` are the stages that the plot or work has gone through.

    ``questions`` are lines (``line_of``) with the words of what was asked there: a question is no check, so no cell says more for it.
    """
    held, put = [(check_department_of(check.department), check) for check in checks], list(questions)
    others = sorted({line for line, _ in held} - set(check_departments()))
    return [
        MatrixLine(
            name,
            tuple(_cell([one for line, one in held if (line, one.stage) == (name, stage)], stage in reached, name) for stage in CheckStage),
            tuple(words for line, words in put if line == name),
        )
        for name in (*check_departments(), *others)
    ]


def line_of(purpose: str, department: str) -> str:
    """Line of the department that was asked: requirements before supply are asked of the 住建 body (七（二）1)."""
    return CONSTRUCTION if purpose == OpinionPurpose.CONDITIONS else check_department_of(department)


def _cell(own: list[Any], is_reached: bool, department: str) -> MatrixCell:  # noqa: FBT001 -- a fact of the stage
    owed = is_reached and department in check_departments()
    if own:
        return MatrixCell(RECORDED[CheckResult(max(own, key=order).result)], tuple(sorted(own, key=order)), owed)
    return MatrixCell(MISSING if owed else LATER, (), owed)


def missing(lines: Iterable[MatrixLine]) -> int:
    """How many checks of the stages gone through are missing, those that were only asked for among them."""
    return sum(cell.is_reached and cell.state in {MISSING, ASKED} for line in lines for cell in line.cells)


def waiting(lines: Iterable[MatrixLine]) -> int:
    """How many of those missing were asked for."""
    return sum(cell.is_reached and cell.state == ASKED for line in lines for cell in line.cells)


def stages_reached(*, is_begun: bool, is_built: bool) -> frozenset[str]:
    """Approval and appraisal lie before the beginning of construction, management and completion before use."""
    before = {CheckStage.APPROVAL, CheckStage.APPRAISAL} if is_begun else set()
    return frozenset(before | ({CheckStage.CONSTRUCTION, CheckStage.COMPLETION} if is_built else set()))


def objecting(checks: Iterable[Any]) -> list[str]:
    """Departments whose newest finding at completion is 不符合, by name: each speaks for itself (七（二）5)."""
    newest: dict[str, Any] = {}
    for check in sorted(checks, key=order):
        if check.stage == CheckStage.COMPLETION and check.result != CheckResult.ASKED:
            newest[check_department_of(check.department)] = check
    return sorted(check.department for check in newest.values() if check.result == CheckResult.NOT_HELD)
