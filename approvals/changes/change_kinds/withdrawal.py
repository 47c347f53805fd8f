"""退出创建: the district withdraws from the programme."""

import datetime as dt
from typing import Any

from django import forms

from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from approvals.common.enums import CaseKind, TitleEnd
from approvals.titles.models.publicity import Title
from approvals.titles.services.titles import end
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core.errors import Refusal


class WithdrawalForm(ChangeForm):
    """Confirmation of the consequences."""

    understood = forms.BooleanField(label="已知退出后试点称号终止，以后可以重新申报")


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Stage and title before and after."""
    del values
    return [ComparedValue("阶段", district.stage_text, "已退出"), ComparedValue("称号编号", district.title_number or "无编号", "终止")]


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals: no pilot, or an open acceptance or loss of title."""
    del values
    if district.stage != Stage.PILOT:
        return [Refusal("只有试点城区可以申请退出", required="试点", found=district.stage_text)]
    under_way = district.cases.filter(kind__in=(CaseKind.ACCEPTANCE, CaseKind.LOSS)).exclude(status__in=CLOSED_STATES)
    return [
        Refusal(f"{case.get_kind_display()}在办，不能退出", found=case.number or "在办", remedy="办结或撤回后再申请退出")
        for case in under_way
    ]


def apply(change: Applying) -> str:
    """End the title as 主动退出 on the day of the decision."""
    reason = f"{change.case.number} 主动退出"
    title = end(district=change.district, how=TitleEnd.WITHDRAWN, on=change.on, by=change.by, reason=reason, case=change.case)
    return f"试点称号{title.number or ''}终止（主动退出）"


def trace(case: Case) -> dict[str, Any]:
    """The title that ended."""
    ended = Title.objects.filter(end_case=case).order_by("pk")
    return {f"{row.get_kind_display()}称号{row.number}": [row.end, f"{row.ended_on}", row.end_reason] for row in ended}


WITHDRAWAL = ChangeKind(
    key="withdrawal",
    label="退出创建",
    group=ChangeGroup.HOLDER,
    hint="试点城区自愿退出。因未达标而取消或撤销称号另有程序，不在此办理",
    form=WithdrawalForm,
    lines=lines,
    against=against,
    apply=apply,
    open_to=lambda district: district.stage == Stage.PILOT,
    director="cancel",
    trace=trace,
)
