"""Verdict of a stage assessment (八（二）): three aspects and the panel's vote, each with requirement and finding (pure functions).

The first aspect, 指标及方案落实, has two lines: indicators by their targets, the plan by what it wanted begun or built by the day. The
policy names the aspects but not the line between 合格 and 不合格; the rule here is the portal's reading, with its shares as settings.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.common.mechanism import REQUIRED
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import cut

HUNDRED = Decimal(100)
RESULT_WORDS = {True: "符合", False: "不符合", None: "资料不足"}  # by ``holds`` of an aspect


@dataclass(frozen=True)
class TargetLine:
    """An indicator with a target for the year. ``met`` is None if it cannot be judged because the object is not built yet."""

    item_id: str
    title: str
    target: str
    value: str
    met: bool | None


@dataclass(frozen=True)
class PlannedKind:
    """Plots, works or key projects of which the plan wanted something by the day: how many, and what is missing.

    ``undated`` have no planned day, ``later`` only planned days that had not come.
    """

    title: str
    counter: str
    due: int
    short: tuple[str, ...]
    undated: int = 0
    later: int = 0

    @property
    def done(self) -> int:
        """How many are as the plan wanted them."""
        return self.due - len(self.short)


@dataclass(frozen=True)
class PlanOnDay:
    """What the plan wanted by a day, by kind."""

    day: dt.date
    kinds: tuple[PlannedKind, ...]


@dataclass(frozen=True)
class Shares:
    """The least shares (0 to 1): of the year's targets that must be met, of what the plan wanted that must be done."""

    targets: Decimal
    plan: Decimal


@dataclass(frozen=True)
class ControlLine:
    """A control item as settled by the panel."""

    item_id: str
    title: str
    holds: bool


@dataclass(frozen=True)
class Aspect:
    """An aspect: requirement, finding, whether it is fulfilled (None: too little is known to judge it), and what falls short."""

    key: str
    title: str
    required: str
    found: str
    holds: bool | None
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
        """Whether all aspects are known to be fulfilled."""
        return all(aspect.holds for aspect in self.aspects)

    def as_json(self) -> dict[str, Any]:
        """The verdict as stored."""
        return {"qualified": self.qualified, "aspects": [aspect.as_json() for aspect in self.aspects]}


def judge(
    *,
    targets: Sequence[TargetLine],
    plan: PlanOnDay,
    controls: Sequence[ControlLine],
    judged: Mapping[str, Mapping[str, Any]],
    passed: bool | None,
    shares: Shares,
) -> StageVerdict:
    """Judge an assessment; ``passed`` is the panel's conclusion, None without any.

    An empty list of targets or controls gives 资料不足, neither met nor missed, as does a plan of which nothing with a day is known; one of
    which all days are known and none had come misses nothing.
    """
    first = (_targets(targets, shares.targets), _plan(plan, shares.plan))
    return StageVerdict((*first, _controls(controls), _mechanisms(judged), _panel(passed=passed)))


def _targets(lines: Sequence[TargetLine], share: Decimal) -> Aspect:
    judged_lines = [line for line in lines if line.met is not None]
    met = sum(1 for line in judged_lines if line.met)
    holds = Decimal(met) >= share * len(judged_lines) if judged_lines else None
    unbuilt = len(lines) - len(judged_lines)
    rate = cut(HUNDRED * met / len(judged_lines), 1) if judged_lines else None
    found = f"{rate}%（{met} / {len(judged_lines)}条）" if judged_lines else "资料不足：没有可以判断的当年目标或目标路径"
    if unbuilt:
        found += f"，未建成的{unbuilt}条不作判断"
    short = tuple(f"{line.item_id} {line.title}：应为{line.target}，实际{line.value or '未填'}" for line in judged_lines if not line.met)
    asked = f"当年目标（没有设的按目标路径）达到的条文不少于{(share * HUNDRED).normalize():f}%"
    return Aspect("targets", "绿色生态指标落实情况", asked, found, holds, short)


def _plan(plan: PlanOnDay, share: Decimal) -> Aspect:
    due, done = sum(kind.due for kind in plan.kinds), sum(kind.done for kind in plan.kinds)
    undated, later = sum(kind.undated for kind in plan.kinds), sum(kind.later for kind in plan.kinds)
    parts = "，".join(f"{kind.title}{kind.done} / {kind.due}{kind.counter}" for kind in plan.kinds if kind.due)
    holds = Decimal(done) >= share * due if due else True if later and not undated else None
    if due:
        said = f"{cut(HUNDRED * done / due, 1)}%（{done} / {due}项：{parts}）"
    elif holds:
        said = "没有按计划应当取得、开工或建成的地块、市政设施和重点项目"
    else:
        said = "资料不足：没有到了计划日期的" if undated else "资料不足：没有登记"
        said += "地块、市政设施和重点项目"
    found = f"截至{day_in_words(plan.day)}，{said}"
    if undated:
        found += f"，没有计划日期的{undated}项不作判断"
    asked = f"到期的地块、市政设施和重点项目按计划落实的不少于{(share * HUNDRED).normalize():f}%"
    short = tuple(text for kind in plan.kinds for text in kind.short)
    return Aspect("plan", "绿色生态方案落实情况", asked, found, holds, short)


def _controls(lines: Sequence[ControlLine]) -> Aspect:
    failing = tuple(f"{line.item_id} {line.title}" for line in lines if not line.holds)
    found = f"{len(lines) - len(failing)} / {len(lines)}条满足" if lines else "资料不足：没有控制项的评审结果"
    return Aspect("controls", "强制性内容执行情况", "控制项全部满足", found, not failing if lines else None, failing)


def _mechanisms(judged: Mapping[str, Mapping[str, Any]]) -> Aspect:
    missing = tuple(one.title for one in REQUIRED if judged.get(one.key, {}).get("holds") is not True)
    found = f"{len(REQUIRED) - len(missing)} / {len(REQUIRED)}项已建立"
    return Aspect("mechanisms", "管理机制建立情况", "七（三）1应建立的机制均已建立", found, not missing, missing)


def _panel(*, passed: bool | None) -> Aspect:
    found = "资料不足：尚无专家组结论" if passed is None else "专家组结论为通过" if passed else "专家组结论不是通过"
    return Aspect("panel", "专家评审", "专家组结论为通过", found, passed)
