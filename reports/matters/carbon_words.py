"""What a carbon report concludes: the newest inventory against its path and the year before, its largest part, the verification (pure)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from assessments.yearly_reports.selectors.text import VerifiedYear
from carbon.inventories.content import ShownLine
from carbon.targets.compared_years import UNIT
from carbon.targets.selectors import CarbonPath
from greendistrict.core.rounding import fixed, half_up, percent
from reports.common.own_words import quoted

NOTHING = "没有已报送的碳排放清单和核查报告，不对碳排放水平作结论。"


def conclusion(path: CarbonPath, lines: Sequence[ShownLine], verified: Sequence[VerifiedYear]) -> list[str]:
    """Paragraphs on the newest inventory, whose rows are ``lines``, and on the newest verification; a sentence where nothing was filed."""
    return [*_inventory(path), *_largest(lines), *_verified(verified)] or [NOTHING]


def shares(lines: Sequence[ShownLine]) -> list[Decimal | None]:
    """Per cent of the emissions before subtractions, by row; None for what is subtracted or not counted."""
    gross = sum(_emitted(lines).values(), Decimal(0))
    return [half_up(one.counted * 100 / gross, 1) if gross and one.counted and one.counted > 0 else None for one in lines]


def _emitted(lines: Sequence[ShownLine]) -> dict[str, Decimal]:
    """Tonnes by sector before subtractions."""
    found: dict[str, Decimal] = {}
    for one in lines:
        if one.counted and one.counted > 0:
            found[one.sector] = found.get(one.sector, Decimal(0)) + one.counted
    return found


def _inventory(path: CarbonPath) -> Iterator[str]:
    if not path.lines:
        return
    (newest, row), *older = path.lines
    total = Decimal((newest.frozen or {})["content"]["total"])
    said = f"{row.year}年度清单核算的碳排放总量为{fixed(total, grouped=True)} tCO₂e，单位面积{fixed(row.found, 3)} {UNIT}"
    before = next((one.found for _, one in older if one.year == row.year - 1), None)
    if before:
        moved = row.found - before
        said += f"，比上年{'上升' if moved > 0 else '下降'}{percent(abs(moved), before)}" if moved else "，与上年持平"
    due = f"目标路径为{fixed(Decimal(row.due), 3)} {UNIT}，" if row.due and not row.is_baseline else ""
    reason = f"城区说明：{quoted(row.reason)}。" if row.reason else "城区没有说明原因。" if row.is_missed else ""
    yield f"{said}。{due}{row.light.words}。{reason}"


def _largest(lines: Sequence[ShownLine]) -> Iterator[str]:
    """The sector with most emissions and its share, and what is subtracted."""
    emitted = _emitted(lines)
    if not emitted:
        return
    sector, tonnes = max(emitted.items(), key=lambda one: (one[1], one[0]))
    taken = -sum((one.counted for one in lines if one.counted and one.counted < 0), Decimal(0))
    minus = f"；绿地碳汇和可再生能源抵扣共扣减{fixed(taken, grouped=True)} tCO₂e" if taken else ""
    share = percent(tonnes, sum(emitted.values(), Decimal(0)))
    yield f"排放最多的部门是{sector}，{fixed(tonnes, grouped=True)} tCO₂e，占扣减前排放量的{share}{minus}。"


def _verified(verified: Sequence[VerifiedYear]) -> Iterator[str]:
    known = [one for one in verified if one.readable and one.total is not None]
    if known:
        newest = max(known, key=lambda one: one.report.year)
        per = f"，单位建筑面积{newest.intensity} {UNIT}" if newest.intensity is not None else ""
        by = f"由{newest.report.verifier}核查的" if newest.report.verifier else "经核查的"
        yield f"{newest.report.year}年度{by}碳排放总量为{fixed(newest.total or Decimal(0), grouped=True)} tCO₂e{per}。"
