"""变更适用标准: moving the district to another edition; entered values are mapped clause by clause."""

import datetime as dt
from typing import Any

from django import forms

from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from districts.file.models.district import District
from districts.indicator_systems.services.changes import edition_followed, move_edition, move_refusals, preview_move
from greendistrict.core.errors import Refusal, Refused
from indicators.editions.models import Edition
from indicators.editions.selectors import published_editions

SHOWN = 12


class EditionChangeForm(ChangeForm):
    """The district's new edition."""

    edition = forms.ModelChoiceField(
        Edition.objects.none(), label="变更后适用的标准", empty_label="请选择", help_text="条文对应关系见城区“指标体系”中的“改用另一版标准”"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, old = self.fields["edition"], edition_followed(self.district)
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = published_editions(real=not self.district.is_demo).exclude(pk=old.pk if old else 0)


def _chosen(values: Values) -> Edition | None:
    return Edition.objects.filter(pk=values.get("edition") or 0).first()


def _named(edition: Edition | None) -> str:
    return f"{edition.code} {edition.title}{'（参考版）' if edition.mark else ''}" if edition else "未定"


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Edition before and after, number of mapped clauses, and what is dropped."""
    new = _chosen(values)
    found = [ComparedValue("适用标准", _named(edition_followed(district)), _named(new))]
    try:
        preview = preview_move(district, new) if new else None
    except Refused:
        return found
    if preview is None:
        return found
    found += [ComparedValue(f"条文　{words}", "", f"{number}条") for words, number in preview.counts]
    if preview.system:
        before = f"第{preview.system.number}版（{preview.old.code}）"
        found.append(ComparedValue("指标体系", before, f"{before}继续有效，按{preview.new.code}另建新的一版，补齐后报批"))
    lost = [one for one in preview.carried if one.dropped or one.exclusion_lost]
    for one in lost[:SHOWN]:
        said = "，".join([*(f"{label}{words}" for label, words in one.dropped.items()), *([one.exclusion] if one.exclusion_lost else [])])
        found.append(ComparedValue(f"{one.pair.old.id} {one.pair.old.title}", said, f"不沿用：{one.why or one.exclusion_lost}"))
    if len(lost) > SHOWN:
        found.append(ComparedValue("其余不沿用的条文", f"{len(lost) - SHOWN}条", "不沿用，见条文对应关系"))
    return found


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals of the move."""
    new = _chosen(values)
    return move_refusals(district, edition_followed(district), new) if new else [Refusal("请选择变更后适用的标准", field="edition")]


def apply(change: Applying) -> str:
    """Move the district; submitted tables and the approved indicator system stay unchanged."""
    new = Edition.objects.get(pk=change.values["edition"])
    draft = move_edition(district=change.district, edition=new, by=change.by, reason=change.reason)
    more = f"，已建立第{draft.number}版指标体系草案" if draft else ""
    return f"适用标准改为{new.code}{more}"


EDITION_CHANGE = ChangeKind(
    key="edition",
    label="变更适用标准",
    group=ChangeGroup.TARGET,
    hint="已提交的评分表和已批准的指标体系仍按原标准；以后新开的按变更后的标准",
    form=EditionChangeForm,
    lines=lines,
    against=against,
    apply=apply,
    open_to=lambda district: edition_followed(district) is not None,
    director=True,
)
