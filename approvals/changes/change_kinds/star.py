"""变更目标星级: the reference example of a change kind."""

import datetime as dt

from django import forms

from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from districts.common.enums import Star
from districts.file.models.district import District
from greendistrict.core.errors import Refusal


class StarForm(ChangeForm):
    """The district's new target star."""

    star = forms.TypedChoiceField(label="变更后的目标星级", choices=Star.choices, coerce=int)


def word(star: int | None) -> str:
    """Star in words."""
    return str(Star(star).label) if star else "未定"


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Target star before and after."""
    return [ComparedValue("目标星级", word(district.target_star), word(values.get("star")))]


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusal of the same star."""
    same = values.get("star") == district.target_star
    return [Refusal("变更前后的目标星级相同", found=word(district.target_star), field="star")] if same else []


def apply(change: Applying) -> str:
    """Store the target; a title keeps its own star."""
    change.district.target_star = change.values["star"]
    change.district.save(update_fields=["target_star"])
    return f"目标星级改为{word(change.district.target_star)}"


TARGET_STAR = ChangeKind(
    key="target_star",
    label="变更目标星级",
    group=ChangeGroup.TARGET,
    hint="已授予的称号和星级不变，下一次评审按新的目标申报",
    form=StarForm,
    lines=lines,
    against=against,
    apply=apply,
)
