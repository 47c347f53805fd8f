"""四部门 × 四环节 (七（二）): which checks of a plot or work are on record, missing or not yet due, and what was asked of whom. Pure."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from districts.common.enums import CheckResult, CheckStage, OpinionPurpose
from districts.land.green_indicators import check_departments

HOUSING, CONSTRUCTION = "住房城乡建设", "建设交通"  # one department of a district under the two names of 七（二）
HELD, NOT_HELD, MISSING, LATER = "held", "not_held", "missing", "later"
WORDS = {HELD: "符合", NOT_HELD: "不符合", MISSING: "未登记", LATER: "未到环节"}
TONES = {HELD: "green", NOT_HELD: "red", MISSING: "amber", LATER: "line"}


class MatrixCell(NamedTuple):
    """A department at a stage: its checks in the order of their days, and how the newest stands."""

    state: str
    checks: tuple[Any, ...]

    @property
    def words(self) -> str:
        """State in words."""
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        """Colour of its tag."""
        return TONES[self.state]


class MatrixLine(NamedTuple):
    """A department with its cells by stage, and in words what was asked of it."""

    department: str
    cells: tuple[MatrixCell, ...]
    asked: tuple[str, ...] = ()


def check_lines(checks: Iterable[Any], reached: Collection[str], questions: Iterable[tuple[str, str]] = ()) -> list[MatrixLine]:
    """The four departments, then others that checked; ``reached`` are the stages that the plot or work has gone through.

    ``questions`` are lines (``line_of``) with the words of what was asked there: a question is no check, so no cell says more for it.
    """
    held, put = list(checks), list(questions)
    others = sorted({check.department for check in held} - set(check_departments()))
    return [
        MatrixLine(
            name,
            tuple(
                _cell([one for one in held if (one.department, one.stage) == (name, stage)], stage in reached, name) for stage in CheckStage
            ),
            tuple(words for line, words in put if line == name),
        )
        for name in (*check_departments(), *others)
    ]


def line_of(purpose: str, department: str) -> str:
    """Line of the department that was asked: requirements before supply are asked of the 住建 body (七（二）1)."""
    return CONSTRUCTION if purpose == OpinionPurpose.CONDITIONS or department == HOUSING else department


def _cell(own: list[Any], is_reached: bool, department: str) -> MatrixCell:  # noqa: FBT001 -- a fact of the stage
    if own:
        newest = max(own, key=lambda one: (one.checked_on, one.pk))
        return MatrixCell(HELD if newest.result == CheckResult.HELD else NOT_HELD, tuple(own))
    return MatrixCell(MISSING if is_reached and department in check_departments() else LATER, ())


def missing(lines: Iterable[MatrixLine]) -> int:
    """How many checks are missing."""
    return sum(cell.state == MISSING for line in lines for cell in line.cells)


def stages_reached(*, is_begun: bool, is_built: bool) -> frozenset[str]:
    """Approval and appraisal lie before the beginning of construction, management and completion before use."""
    before = {CheckStage.APPROVAL, CheckStage.APPRAISAL} if is_begun else set()
    return frozenset(before | ({CheckStage.CONSTRUCTION, CheckStage.COMPLETION} if is_built else set()))
