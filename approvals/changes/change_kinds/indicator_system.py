"""变更指标体系: a draft replaces the version in force by the city's decision."""

import datetime as dt
from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from districts.common.enums import TITLED
from districts.file.models.district import District
from districts.indicator_systems.changes import differences, digest_of
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import missing
from districts.indicator_systems.selectors import system_in_force
from districts.indicator_systems.services.changes import adopt_change, change_draft
from greendistrict.core.errors import Refusal

FIRST = "在城区“指标体系”中建立变更草案并改好"


class SystemForm(ChangeForm):
    """The draft to take effect; saving keeps the digest of its content."""

    system = forms.TypedChoiceField(label="变更草案", coerce=int, error_messages={"required": f"尚无变更草案，请先{FIRST}"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        draft, field = change_draft(self.district), self.fields["system"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 -- declared above
        field.choices = [(draft.pk, f"第{draft.number}版（变更草案）")] if draft else []
        field.help_text = "草案改动后请在这里重新保存" if draft else f"请先{FIRST}"

    def values(self) -> dict[str, Any]:
        """Key and digest of the draft."""
        draft = change_draft(self.district)
        return {"system": self.cleaned_data["system"], "digest": digest_of(draft) if draft else ""}


def _draft(district: District, values: Values) -> IndicatorSystem | None:
    draft = change_draft(district)
    return draft if draft and draft.pk == values.get("system") else None


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Differences to the version in force."""
    draft, current = _draft(district, values), system_in_force(district)
    if draft is None or current is None:
        return []
    found = [ComparedValue("指标体系", f"第{current.number}版", f"第{draft.number}版")]
    return [*found, *(ComparedValue(*change) for change in differences(current, draft))]


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals: no draft, incomplete, no difference, or changed since it was saved with the change."""
    draft, current = _draft(district, values), system_in_force(district)
    if draft is None or current is None:
        return [Refusal("尚无变更草案", remedy=FIRST, field="system")]
    found = list(missing(draft, list(draft.rows.all())))
    if not differences(current, draft):
        found.append(Refusal("变更草案与现行指标体系相同", remedy="在草案中改好后重新保存"))
    if digest_of(draft) != values.get("digest"):
        found.append(Refusal("变更草案在保存变更之后有改动", remedy="重新保存变更内容", field="system"))
    return found


def apply(change: Applying) -> str:
    """Adopt the draft as the next version."""
    draft = IndicatorSystem.objects.get(pk=change.values["system"], district=change.district)
    adopt_change(system=draft, digest=change.values["digest"], reason=change.reason)
    return f"第{draft.number}版指标体系生效"


def trace(case: Case) -> dict[str, Any]:
    """Digest of the system that took effect."""
    made = IndicatorSystem.objects.filter(pk=case.change.values["system"]).first()
    return {f"指标体系第{made.number}版": digest_of(made)} if made else {}


SYSTEM_CHANGE = ChangeKind(
    key="indicator_system",
    label="变更指标体系",
    group=ChangeGroup.TARGET,
    hint="先在城区“指标体系”中建立变更草案；同意后草案成为新的一版，原来的一版保留",
    form=SystemForm,
    lines=lines,
    against=against,
    apply=apply,
    open_to=lambda district: district.stage in TITLED and system_in_force(district) is not None,
    trace=trace,
)
