"""Sections of the specialised plan: pieces, state, what counts as done; and whether it was drawn up together with the urban design."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from districts.common.enums import Dimension, DistrictType
from districts.special_plans.models import DIAGNOSIS_PARTS, PlanSectionKind, SectionState

KIND_BY_NAME = {kind.label: kind for kind in PlanSectionKind}


@dataclass(frozen=True)
class SectionPiece:
    """A piece of a section that the policy names; ``key`` identifies its text."""

    key: str
    label: str
    cite: str


# Pieces by section. 指标体系包含的方面 has none, because its dimensions follow from the rows of the indicator system.
PIECES: Mapping[PlanSectionKind, tuple[SectionPiece, ...]] = {
    PlanSectionKind.ASSESSMENT: (
        SectionPiece("present", "现状评估", "六（二）"),
        SectionPiece("ecology", "生态诊断", "六（二）"),
        SectionPiece("potential", "潜力评估", "七（一）"),
    ),
    PlanSectionKind.POSITIONING: (SectionPiece("position", "绿色生态定位", "七（一）"),),
    PlanSectionKind.SYSTEM: (SectionPiece("indicators", "绿色生态指标", "六（二）"), SectionPiece("measures", "技术措施", "六（二）")),
    PlanSectionKind.GUARANTEE: (
        SectionPiece("body", "专门的机构和部门分工", "五（二）"),
        SectionPiece("funds", "编制资金", "七（一）"),
        SectionPiece("control", "审批、建设和验收中的审查", "七（二）"),
    ),
    PlanSectionKind.DIAGNOSIS: (SectionPiece("ecology", "生态诊断", "六（二）"), SectionPiece("potential", "潜力评估", "七（一）")),
    PlanSectionKind.GOALS: (SectionPiece("position", "绿色生态定位", "七（一）"), SectionPiece("goals", "更新目标", "六（二）")),
    PlanSectionKind.RENEWAL: (
        SectionPiece("drives", "更新导向的落实", "六（二）"),
        SectionPiece("beauty", "结合“美丽街区”“美丽家园”建设", "六（二）"),
    ),
    PlanSectionKind.STRATEGIES: tuple(SectionPiece(name, name, "七（一）2") for name in Dimension.values),
    PlanSectionKind.INDICATORS: (),
}
CITES = dict.fromkeys(PlanSectionKind, "六（二）") | {PlanSectionKind.STRATEGIES: "七（一）2", PlanSectionKind.INDICATORS: "七（一）1"}


def kinds_for(district_type: str) -> tuple[PlanSectionKind, ...]:
    """Sections for a district type; those of both types while the type is undecided."""
    types = [DistrictType(district_type)] if district_type else list(DistrictType)
    names = dict.fromkeys(name for one in types for name in DIAGNOSIS_PARTS[one])
    return (*(KIND_BY_NAME[name] for name in names), PlanSectionKind.STRATEGIES)


def filled_pieces(kind: PlanSectionKind, texts: Mapping[str, str]) -> frozenset[str]:
    """Keys of the pieces that have a text."""
    return frozenset(piece.key for piece in PIECES[kind] if texts.get(piece.key, "").strip())


def state_of(kind: PlanSectionKind, texts: Mapping[str, str], stated: Iterable[str]) -> SectionState:
    """State of a section; a tick from before sections had content counts as no content."""
    filled, pieces = filled_pieces(kind, texts), PIECES[kind]
    if pieces and len(filled) == len(pieces):
        return SectionState.WHOLE
    if filled:
        return SectionState.PARTIAL
    return SectionState.STATED if list(stated) else SectionState.EMPTY


def counts(kind: PlanSectionKind, texts: Mapping[str, str], stated: Iterable[str], *, approved: bool) -> bool:
    """Whether the section counts as done: every piece has a text, or it was ticked in a plan that is approved as it is."""
    return state_of(kind, texts, stated) == SectionState.WHOLE or (approved and kind.label in stated)


def covered(kind: PlanSectionKind, texts: Mapping[str, str], stated: Iterable[str], *, approved: bool) -> frozenset[str]:
    """Dimensions covered by a section; ticked ones count only in a plan that is approved as it is."""
    return filled_pieces(kind, texts) | (frozenset(stated) if approved else frozenset())


@dataclass(frozen=True)
class Synchrony:
    """Joint preparation (同步编制, 七（一）2); ``together`` is None while days are missing."""

    together: bool | None
    words: str


def synchrony(
    design_started: dt.date | None, design_approved: dt.date | None, scheme_started: dt.date | None, plan_approved: dt.date | None
) -> Synchrony:
    """Whether plan and urban design were drawn up together: the two periods overlap; a period without an end is still running."""
    missing = [word for word, day in (("城市设计开始日期", design_started), ("规划方案编制开始日期", scheme_started)) if day is None]
    if design_started is None or scheme_started is None:
        return Synchrony(None, f"未填{'和'.join(missing)}，不能判断是否同步编制")
    if design_approved and scheme_started > design_approved:
        late = (scheme_started - design_approved).days
        return Synchrony(together=False, words=f"未同步编制：城市设计批准{late}天以后才开始编制规划方案")
    if plan_approved and design_started > plan_approved:
        late = (design_started - plan_approved).days
        return Synchrony(together=False, words=f"未同步编制：专业规划批准{late}天以后才开始城市设计")
    return Synchrony(together=True, words=f"同步编制：{_begun(design_started, scheme_started)}{_ended(design_approved, plan_approved)}")


def _begun(design: dt.date, scheme: dt.date) -> str:
    days = (scheme - design).days
    if not days:
        return "规划方案与城市设计同日开始"
    return f"规划方案比城市设计{'晚' if days > 0 else '早'}{abs(days)}天开始"


def _ended(design: dt.date | None, plan: dt.date | None) -> str:
    if design is None:
        return "，城市设计尚未批准"
    if plan is None:
        return "，专业规划尚未批准"
    days = (plan - design).days
    when = f"比城市设计{'晚' if days > 0 else '早'}{abs(days)}天" if days else "与城市设计同日"
    return f"，专业规划{when}批准"
