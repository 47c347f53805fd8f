"""补录试点基线: freezes the lists of a pilot whose title was granted before the portal, so that its acceptance can be checked."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse

from approvals.changes.change_kinds.baselines import has_pilot_baseline, trace
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values, reason_of
from districts.baselines.services import content_of, freeze_baseline
from districts.common.enums import BaselineKind, DistrictType, Stage
from districts.facts.baseline_change import LISTS, PAGES, RULES, size_of
from districts.file.models.district import District
from greendistrict.core.errors import Refusal

MISSING = "尚未建立"


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class PilotBaselineForm(ChangeForm):
    """Justification of the lists, which are frozen in their present state; a stored digest detects later changes of the lists."""

    basis = forms.CharField(
        label="清单依据", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="授予试点时的专业规划、近期重点项目实施计划等文件的名称和文号",
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """The justification, and the digest of the lists."""
        return {"basis": self.cleaned_data["basis"], "lists": _digest(content_of(self.district))}


def open_to(district: District) -> bool:
    """Open to pilots without a pilot baseline, whose title was not granted in the portal."""
    return district.stage == Stage.PILOT and not has_pilot_baseline(district)


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Size of each list to be frozen, and the justification."""
    content = content_of(district)
    sizes = [ComparedValue(f"{word}基线", MISSING, size_of(content, name)) for name, word in LISTS.items()]
    return [*sizes, ComparedValue("清单依据", MISSING, values.get("basis", ""))]


def _list_of(name: str, district: District) -> str:
    return reverse(f"districts:{PAGES[name]}", args=[district.code])


COUNTED = {"plots": "buildable", "works": "main"}  # of these lists only the rows that the gates count


def _is_empty(content: Mapping[str, Any], name: str) -> bool:
    counted = COUNTED.get(name)
    return not any(counted is None or row[counted] for row in content[name])


def lists_needed(district: District) -> tuple[str, ...]:
    """Lists that a baseline needs: a renewal district is asked for its key projects only."""
    return ("key_projects",) if district.type == DistrictType.RENEWAL else tuple(LISTS)


def empty_list(district: District, name: str) -> Refusal:
    """That a list which the baseline needs has no row that the gates count."""
    return Refusal(f"{LISTS[name]}清单为空，不能视为全部完成", rule=RULES[name], href=_list_of(name, district))


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals: not a pilot, a baseline exists, an empty list, or lists changed since the form was filled in."""
    if not open_to(district):
        return [Refusal("只有尚未建立试点基线的试点城区可以补录", required="试点，尚未建立试点基线", found=district.stage_text)]
    content = content_of(district)
    found = [empty_list(district, name) for name in lists_needed(district) if _is_empty(content, name)]
    if values.get("lists") != _digest(content):
        found.append(Refusal("填写后清单有改动", remedy="核对清单后重新保存变更内容"))
    return found


def apply(change: Applying) -> str:
    """Freeze the lists as the first pilot baseline."""
    reason = reason_of(change.case, change.reason)
    made = freeze_baseline(district=change.district, kind=BaselineKind.PILOT, reason=reason, by=change.by)
    return f"建立试点基线第{made.number}版（" + "；".join(f"{word}{size_of(made.content, name)}" for name, word in LISTS.items()) + "）"


PILOT_BASELINE = ChangeKind(
    key="pilot_baseline",
    label="补录试点基线",
    group=ChangeGroup.BASELINE,
    hint="试点称号不是在平台授予的城区，按现行的地块、近期重点项目和市政设施清单建立试点基线，验收条件按它计算（平台规则）",
    form=PilotBaselineForm,
    lines=lines,
    against=against,
    apply=apply,
    open_to=open_to,
    director="change_of_baseline",
    trace=trace,
)
