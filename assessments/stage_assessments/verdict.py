"""Verdict of a stage assessment (八（二）): three aspects and the panel's vote, each with requirement and finding (pure functions).

The policy names the aspects but not the line between 合格 and 不合格; the rule here is the portal's reading, with its share as a setting.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.common.mechanism import REQUIRED
from greendistrict.core.rounding import cut

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class TargetLine:
    """An indicator with a target for the year. ``met`` is None if it cannot be judged because the object is not built yet."""

    item_id: str
    title: str
    target: str
    value: str
    met: bool | None


@dataclass(frozen=True)
class ControlLine:
    """A control item as settled by the panel."""

    item_id: str
    title: str
    holds: bool


@dataclass(frozen=True)
class Aspect:
    """An aspect: requirement, finding, whether it is fulfilled, and what falls short."""

    key: str
    title: str
    required: str
    found: str
    holds: bool
    short: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The aspect as stored."""
        return {**vars(self), "short": list(self.short)}


@dataclass(frozen=True)
class StageVerdict:
    """Verdict of all aspects; 合格 if every aspect is fulfilled."""

    aspects: tuple[Aspect, ...]

    @property
    def qualified(self) -> bool:
        """Whether all aspects are fulfilled."""
        return all(aspect.holds for aspect in self.aspects)

    def as_json(self) -> dict[str, Any]:
        """The verdict as stored."""
        return {"qualified": self.qualified, "aspects": [aspect.as_json() for aspect in self.aspects]}


def judge(
    *, targets: Sequence[TargetLine], controls: Sequence[ControlLine], judged: Mapping[str, Mapping[str, Any]], passed: bool, share: Decimal
) -> StageVerdict:
    """Judge an assessment. ``share`` (0 to 1) of the year's targets must be met; ``passed`` is the panel's conclusion.

    An empty list of targets or controls gives 资料不足 and never passes.
    """
    return StageVerdict((_targets(targets, share), _controls(controls), _mechanisms(judged), _panel(passed=passed)))


def _targets(lines: Sequence[TargetLine], share: Decimal) -> Aspect:
    judged_lines = [line for line in lines if line.met is not None]
    met = sum(1 for line in judged_lines if line.met)
    holds = bool(judged_lines) and Decimal(met) >= share * len(judged_lines)
    unbuilt = len(lines) - len(judged_lines)
    rate = cut(HUNDRED * met / len(judged_lines), 1) if judged_lines else None
    found = f"{rate}%（{met} / {len(judged_lines)}条）" if judged_lines else "资料不足：没有可以判断的年度目标"
    if unbuilt:
        found += f"，未建成的{unbuilt}条不作判断"
    short = tuple(f"{line.item_id} {line.title}：目标{line.target}，实际{line.value or '未填'}" for line in judged_lines if not line.met)
    asked = f"当年目标达到的条文不少于{(share * HUNDRED).normalize():f}%"
    return Aspect("targets", "绿色生态指标及方案落实情况", asked, found, holds, short)


def _controls(lines: Sequence[ControlLine]) -> Aspect:
    failing = tuple(f"{line.item_id} {line.title}" for line in lines if not line.holds)
    found = f"{len(lines) - len(failing)} / {len(lines)}条满足" if lines else "资料不足：没有控制项的评审结果"
    return Aspect("controls", "强制性内容执行情况", "控制项全部满足", found, bool(lines) and not failing, failing)


def _mechanisms(judged: Mapping[str, Mapping[str, Any]]) -> Aspect:
    missing = tuple(one.title for one in REQUIRED if judged.get(one.key, {}).get("holds") is not True)
    found = f"{len(REQUIRED) - len(missing)} / {len(REQUIRED)}项已建立"
    return Aspect("mechanisms", "管理机制建立情况", "七（三）1应建立的机制均已建立", found, not missing, missing)


def _panel(*, passed: bool) -> Aspect:
    found = "专家组结论为通过" if passed else "专家组结论不是通过"
    return Aspect("panel", "专家评审", "专家组三分之二以上同意通过", found, passed)
