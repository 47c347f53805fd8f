"""四部门 × 四环节 (七（二）): which checks of a plot or work are recorded, requested, missing or not due yet (pure)."""

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from districts.common.enums import CheckResult, CheckStage, OpinionPurpose
from districts.land.green_indicators import check_departments, check_line
from greendistrict.accounts.departments import department_named

CONSTRUCTION = "建设交通"  # the name of the 住建 body among the four departments
HELD, NOT_HELD, ASKED, MISSING, LATER = "held", "not_held", "asked", "missing", "later"
WORDS = {HELD: "符合", NOT_HELD: "不符合", ASKED: "已提请", MISSING: "未登记", LATER: "未到环节"}
TONES = {HELD: "green", NOT_HELD: "red", ASKED: "blue", MISSING: "amber", LATER: "line"}
RECORDED = {CheckResult.HELD: HELD, CheckResult.NOT_HELD: NOT_HELD, CheckResult.ASKED: ASKED}
order = attrgetter("checked_on", "pk")


class MatrixCell(NamedTuple):
    """One department at one stage: its checks by day, the newest result, and whether the stage has been passed."""

    state: str
    checks: tuple[Any, ...]
    is_reached: bool = False

    @property
    def words(self) -> str:
        """State as text."""
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        """Colour of the state's tag."""
        return TONES[self.state]


class MatrixLine(NamedTuple):
    """One department: cells by stage, and texts about questions it was asked before land supply or on the design."""

    department: str
    cells: tuple[MatrixCell, ...]
    asked: tuple[str, ...] = ()


def check_lines(checks: Iterable[Any], reached: Collection[str], questions: Iterable[tuple[str, str]] = ()) -> list[MatrixLine]:
    """Rows of the four departments, then of others with checks; ``reached`` are the stages passed.

    ``questions`` are (row from ``line_of``, text): a question is not a check, so it is shown beside the cells and changes none.
    """
    held, put = [(_line(check), check) for check in checks], list(questions)
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
    """Row of an asked department; requirements before land supply are asked of the 住建 body (七（二）1)."""
    return CONSTRUCTION if purpose == OpinionPurpose.CONDITIONS else check_line(department_named(department) or "", department)


def _line(check: Any) -> str:
    return check_line(check.department_key or department_named(check.department) or "", check.department)


def _cell(own: list[Any], is_reached: bool, department: str) -> MatrixCell:  # noqa: FBT001 -- a fact of the stage
    owed = is_reached and department in check_departments()
    if own:
        return MatrixCell(RECORDED[CheckResult(max(own, key=order).result)], tuple(sorted(own, key=order)), owed)
    return MatrixCell(MISSING if owed else LATER, (), owed)


def missing(lines: Iterable[MatrixLine]) -> int:
    """Number of missing checks at passed stages, including requested ones."""
    return sum(cell.is_reached and cell.state in {MISSING, ASKED} for line in lines for cell in line.cells)


def waiting(lines: Iterable[MatrixLine]) -> int:
    """Number of those that were requested."""
    return sum(cell.is_reached and cell.state == ASKED for line in lines for cell in line.cells)


def stages_reached(*, is_begun: bool, is_built: bool) -> frozenset[str]:
    """Stages passed: approval and appraisal once construction begins, management and completion once it is built."""
    before = {CheckStage.APPROVAL, CheckStage.APPRAISAL} if is_begun else set()
    return frozenset(before | ({CheckStage.CONSTRUCTION, CheckStage.COMPLETION} if is_built else set()))


def objecting(checks: Iterable[Any]) -> list[str]:
    """Names of departments whose newest result at completion is 不符合 (七（二）5)."""
    newest: dict[str, Any] = {}
    for check in sorted(checks, key=order):
        if check.stage == CheckStage.COMPLETION and check.result != CheckResult.ASKED:
            newest[_line(check)] = check
    return sorted(check.department for check in newest.values() if check.result == CheckResult.NOT_HELD)
