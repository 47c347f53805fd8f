"""变更试点基线: rows of the plot, key-project and works baselines are removed, added or updated to their live values."""

import datetime as dt
import re
from functools import partial
from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values, reason_of
from districts.baselines.services import change_baseline, content_of
from districts.facts.baseline_change import (
    LISTS,
    candidates,
    changed_content,
    current,
    effects_of,
    lines_of,
    name_of,
    problems_of,
    wanted_of,
)
from districts.file.models.district import District
from greendistrict.core.errors import Refusal

WORDS = {
    "drop": ("调出基线", "不再计入分母；现行清单里的条目保留，可另行删除"),
    "add": ("调入基线", "现行清单里尚未列入基线的"),
    "renew": ("按现行资料更新", "名称、面积等与冻结时不同的"),
}
MOST_BOXES = 60


class BaselineForm(ChangeForm):
    """Rows to drop, add and renew: checkboxes for a short list, names separated by 、 for a long one. Values are row ids."""

    list_name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        baseline = current(self.district)
        frozen = baseline.content if baseline else dict.fromkeys(LISTS, ())
        self.rows = candidates(frozen, content_of(self.district), self.list_name)
        for action, (label, help_text) in WORDS.items():
            self.fields[action] = self._field(action, label, help_text)

    def _field(self, action: str, label: str, help_text: str) -> forms.Field:
        rows = self.rows[action]
        if len(rows) <= MOST_BOXES:
            pairs = [(str(row["id"]), name_of(row)) for row in rows]
            words = help_text if rows else f"{help_text}：没有"
            return forms.MultipleChoiceField(
                label=label, required=False, choices=pairs, help_text=words, widget=forms.CheckboxSelectMultiple
            )
        kept = set(self.initial.get(action) or ())
        self.initial[action] = "、".join(name_of(row) for row in rows if row["id"] in kept)
        words = f"{help_text}，共{len(rows)}个；填编号，用顿号隔开"
        return forms.CharField(label=label, required=False, help_text=words, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Check that every name typed for a long list is known."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for action in WORDS:
            if isinstance(cleaned.get(action), str):
                known = {name_of(row): row["id"] for row in self.rows[action]}
                names = [name for name in re.split(r"[、，,;；\s]+", cleaned[action]) if name]
                if unknown := [name for name in names if name not in known]:
                    self.add_error(action, f"不在可选之列：{'、'.join(unknown[:10])}")
                cleaned[action] = [known[name] for name in names if name in known]
        return cleaned

    def values(self) -> dict[str, Any]:
        """Row ids under the keys ``drop``, ``add`` and ``renew``."""
        return {action: [int(pk) for pk in self.cleaned_data.get(action) or ()] for action in WORDS}


def has_pilot_baseline(district: District) -> bool:
    """Open only to districts with a frozen pilot baseline."""
    return current(district) is not None


def _lines(name: str, district: District, values: Values) -> list[ComparedValue]:
    baseline = current(district)
    if baseline is None:
        return []
    lines = lines_of(baseline.content, content_of(district), wanted_of(name, values))
    return [ComparedValue(line.what, line.before, line.after) for line in lines]


def _against(name: str, district: District, values: Values, _on: dt.date) -> list[Refusal]:
    baseline = current(district)
    if baseline is None:
        return [Refusal("尚无试点基线，不需要变更")]
    return problems_of(baseline.content, content_of(district), wanted_of(name, values))


def _effects(name: str, district: District, values: Values, on: dt.date) -> list[ComparedValue]:
    effects = effects_of(district, wanted_of(name, values), on)
    return [ComparedValue(line.what, line.before, line.after) for line in effects]


def _apply(name: str, change: Applying) -> str:
    baseline = current(change.district)
    if baseline is None:
        return ""
    wanted = wanted_of(name, change.values)
    content = changed_content(baseline.content, content_of(change.district), wanted)
    reason = reason_of(change.case, change.reason)
    made = change_baseline(district=change.district, content=content, reason=reason, by=change.by)
    counts = f"调出{len(wanted.drop)}、调入{len(wanted.add)}、更新{len(wanted.renew)}"
    return f"{LISTS[name]}基线改为试点基线第{made.number}版（{counts}）"


def trace(case: Case) -> dict[str, Any]:
    """Versions of the pilot baseline made by the case."""
    made = case.district.baselines.filter(reason__startswith=reason_of(case, ""))
    return {f"试点基线第{row.number}版": row.content for row in made.order_by("number")}


def _kind(name: str) -> ChangeKind:
    form = type(f"{name.title().replace('_', '')}BaselineForm", (BaselineForm,), {"list_name": name})
    return ChangeKind(
        key=f"{name}_baseline",
        label=f"变更{LISTS[name]}基线",
        group=ChangeGroup.BASELINE,
        hint="验收条件按变更后的基线计算，原基线和现行基线并列显示（平台规则）",
        form=form,
        lines=partial(_lines, name),
        against=partial(_against, name),
        effects=partial(_effects, name),
        apply=partial(_apply, name),
        open_to=has_pilot_baseline,
        director="change_of_baseline",
        trace=trace,
    )


KEY_PROJECTS, PLOTS, WORKS = (_kind(name) for name in ("key_projects", "plots", "works"))
