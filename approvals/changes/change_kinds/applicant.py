"""变更申报主体."""

import datetime as dt
from typing import Any

from django import forms

from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from approvals.common.enums import CaseKind
from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.errors import Refusal

MAY_BE = (OrganisationKind.APPLICANT, OrganisationKind.BUREAU, OrganisationKind.AUTHORITY)


class ApplicantChangeForm(ChangeForm):
    """The district's new applicant, who also owes its reports."""

    applicant = forms.ModelChoiceField(
        Organisation.objects.none(), label="变更后的申报主体", empty_label="请选择", help_text="列表中没有的单位，先由系统管理员登记"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["applicant"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        rows = Organisation.objects.filter(kind__in=MAY_BE, is_demo=self.district.is_demo)
        field.queryset = rows.exclude(pk=self.district.applicant_id or 0).order_by("name")


def _chosen(values: Values) -> Organisation | None:
    return Organisation.objects.filter(pk=values.get("applicant") or 0).first()


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Applicant before and after, and the open cases that are transferred."""
    before, after = district.applicant.name if district.applicant else "未登记", _chosen(values)
    found = [ComparedValue("申报主体", before, after.name if after else "未填")]
    if moved := open_cases(district):
        titles = "、".join(f"{CaseKind(case.kind).label}{f' {case.number}' if case.number else ''}" for case in moved)
        found.append(ComparedValue("在办的办件", f"{titles}（{before}）", f"转由{after.name if after else '新的申报主体'}办理"))
    return found


def open_cases(district: District) -> list[Case]:
    """Open cases that are transferred; the change itself stays with its applicant."""
    return list(district.cases.exclude(status__in=CLOSED_STATES).exclude(kind=CaseKind.CHANGE).order_by("pk"))


def against(district: District, values: Values, _on: dt.date) -> list[Refusal]:
    """Refusals: the body is the same or lacks people for both seats."""
    chosen = _chosen(values)
    if chosen is None:
        return [Refusal("请选择变更后的申报主体", field="applicant")]
    if chosen.pk == district.applicant_id:
        return [Refusal("变更前后的申报主体相同", found=chosen.name, field="applicant")]
    return lacking_seats(chosen)


def lacking_seats(chosen: Organisation) -> list[Refusal]:
    """Refusal of a body without people for both seats."""
    have = set(chosen.posts.values_list("role", flat=True))
    lacking = [str(role.label) for role in (Role.PREPARER, Role.REVIEWER) if role not in have]
    if lacking:
        return [Refusal(f"{chosen.name}尚无{'、'.join(lacking)}", required="填报人、审核人各一人以上", remedy="请安全管理员授予岗位")]
    return []


def apply(change: Applying) -> str:
    """Transfer the district and its open cases."""
    applicant = _chosen(change.values)
    moved = move_applicant(change.district, applicant)
    name = applicant.name if applicant else ""
    return f"申报主体改为{name}{f'，{moved}件在办的办件一并转交' if moved else ''}"


def move_applicant(district: District, applicant: Organisation | None) -> int:
    """Assign the district and its open cases to another applicant; returns the number of cases."""
    moved = open_cases(district)
    district.applicant = applicant
    district.save(update_fields=["applicant"])
    Case.objects.filter(pk__in=[case.pk for case in moved]).update(applicant=applicant)
    return len(moved)


APPLICANT = ChangeKind(
    key="applicant",
    label="变更申报主体",
    group=ChangeGroup.HOLDER,
    hint="此后的填报、签发和报送由新的申报主体承担，在办的办件一并转交；已办结的办件不变",
    form=ApplicantChangeForm,
    lines=lines,
    against=against,
    apply=apply,
)
