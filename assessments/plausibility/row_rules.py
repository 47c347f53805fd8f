"""Plausibility rules for a single row: completeness, range, numerator, evidence, prefilled value."""

from collections.abc import Iterator

from assessments.plausibility.inputs import RowInput, RowState, TableInput
from districts.plausibility.figures import words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits
from greendistrict.core.days import day_in_words
from indicators.scoring.numbers import plain
from indicators.scoring.refusals import ScoringRefused, ValueProblem
from indicators.scoring.values import check_value

WHOLE = 100


def complete(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a row without a complete answer."""
    if entry.build_missing and entry.state is not RowState.BY_PORTAL:
        yield PlausibilityFinding("complete", "未填建设情况", part="build_state")
    if entry.state is RowState.ANSWERED and not entry.filled:
        yield PlausibilityFinding("complete", "未填" if entry.value is None else "未填全", limit="各条填全")


def confirmed(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a prefilled value that nobody confirmed."""
    if entry.pending and entry.state is not RowState.BY_PORTAL:
        yield PlausibilityFinding("confirmed", f"{entry.pending}带入的值尚未确认", limit="逐条确认或一键“无变化”")


def reasoned(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a value that differs from a binding source without a reason."""
    if entry.offered and not entry.reason.strip():
        source, value = entry.offered
        yield PlausibilityFinding("reasoned", f"与{source}带入的“{value}”不一致，须写明改写理由", limit=value, source=source)


def numerator(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a part larger than its whole."""
    if not entry.item.ratio or not entry.item.value or entry.item.value["max"] > WHOLE:
        return
    part, whole = entry.figures.get("a"), entry.figures.get("b")
    if part and whole and part.number > whole.number:
        text = f"{part.label}{words(part)}大于{whole.label}{words(whole)}"
        yield PlausibilityFinding("numerator", text, part="a", value=words(part), limit=f"不大于{words(whole)}")


def within(entry: RowInput, sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a stored value outside the range the clause accepts."""
    if entry.state is not RowState.ANSWERED or entry.value is None or any(numerator(entry, sheet, limits)):
        return
    try:
        check_value(entry.item, entry.value)
    except (ValueProblem, ScoringRefused) as problem:
        value = entry.item.value
        limit = f"{plain(value['min'])}至{plain(value['max'])}{value['unit']}" if value else "条文所列取值"
        yield PlausibilityFinding("range", f"取值不在条文允许的范围内：{problem}", value=_said(entry), limit=limit)


def _said(entry: RowInput) -> str:
    return "，".join(words(figure) for figure in entry.figures.values()) or str(entry.value)


def holds(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a control item that is not fulfilled."""
    if entry.state is RowState.ANSWERED and entry.filled and entry.result is not None and entry.result.holds is False:
        yield PlausibilityFinding("control", "控制项不满足，如实填报的不影响提交")


def evidence(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for points claimed without evidence."""
    claimed = entry.item.rule["kind"] == "claimed"
    if entry.state is RowState.ABSENT and not entry.evidence:
        yield PlausibilityFinding("evidence_required" if entry.item.when_absent == "full" else "evidence", "声明不存在须附佐证材料")
    elif entry.state is RowState.ANSWERED and entry.filled and entry.earns and not entry.evidence:
        yield PlausibilityFinding(
            "evidence_required" if claimed else "evidence", "缺佐证材料", limit="、".join(entry.item.data["evidence"] or ())
        )


def valid(entry: RowInput, sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for expired evidence."""
    if entry.state not in (RowState.ANSWERED, RowState.ABSENT) or not (entry.filled or entry.state is RowState.ABSENT):
        return
    over = [file.valid_to for file in entry.files if file.valid_to and file.valid_to < sheet.today]
    if over:
        ended = min(over)
        said = day_in_words(ended)
        yield PlausibilityFinding("expired", "佐证材料已过有效期", value=f"有效期至{said}", limit="在有效期内")
