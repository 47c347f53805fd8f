"""称号转移: a body responsible for a titled district was merged, dissolved or reorganised, and another body succeeds it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms

from approvals.cases.forms import date_field
from approvals.cases.models.cases import Case
from approvals.changes.change_kinds.applicant import MAY_BE, lacking_seats, move_applicant, open_cases
from approvals.changes.kinds import Applying, ChangeForm, ChangeGroup, ChangeKind, ComparedValue, Values
from approvals.titles.enums import HolderSide, TransferGround
from approvals.titles.models.publicity import TitleHolder
from approvals.titles.services.titles import Passing, pass_on
from districts.common.enums import TITLED
from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.columns.declared import Columns
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal

UNCHANGED = "不变"


class TransferForm(ChangeForm):
    """Predecessor and successor, the day of succession, and the paper it is based on."""

    ground, paper = Columns.of(TitleHolder, "ground", "paper").needed().form_fields().values()
    effective_on = date_field("生效日期", help_text="机构调整生效的日期，不晚于今天；此后的义务由承继单位承担")
    authority_before = forms.ModelChoiceField(
        Organisation.objects.none(), label="原实施主体", required=False, empty_label=UNCHANGED, help_text="区政府、管委会合并或者撤销的选择"
    )
    authority = forms.ModelChoiceField(Organisation.objects.none(), label="承继的实施主体", required=False, empty_label=UNCHANGED)
    applicant = forms.ModelChoiceField(
        Organisation.objects.none(), label="承继的申报主体", required=False, empty_label=UNCHANGED, help_text="公司合并或者撤销的选择"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(is_demo=self.district.is_demo)
        led = self.district.authorities.all()
        choices = {
            "authority_before": led,
            "authority": bodies.filter(kind=OrganisationKind.AUTHORITY).exclude(pk__in=led),
            "applicant": bodies.filter(kind__in=MAY_BE).exclude(pk=self.district.applicant_id or 0),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
            field.queryset = rows

    def values(self) -> dict[str, Any]:
        """Typed values as plain JSON."""
        return {**super().values(), "effective_on": self.cleaned_data["effective_on"].isoformat()}


def _body(values: Values, name: str) -> Organisation | None:
    return Organisation.objects.filter(pk=values.get(name) or 0).first()


def _day(values: Values) -> dt.date | None:
    return dt.date.fromisoformat(values["effective_on"]) if values.get("effective_on") else None


def lines(district: District, values: Values) -> list[ComparedValue]:
    """Bodies before and after, the day, and the open cases that are transferred."""
    day, ground = _day(values), values.get("ground")
    found = []
    if before := _body(values, "authority_before"):
        after = _body(values, "authority")
        found.append(ComparedValue("实施主体", before.name, after.name if after else "未填"))
    if after := _body(values, "applicant"):
        before_name = district.applicant.name if district.applicant else "未登记"
        found.append(ComparedValue("申报主体", before_name, after.name))
        if moved := open_cases(district):
            found.append(ComparedValue("在办的办件", f"{len(moved)}件，{before_name}", f"转由{after.name}办理"))
    label = TransferGround(ground).label if ground in TransferGround.values else "未填"
    since = f"自{day_in_words(day)}起承继" if day else "未填"
    return [*found, ComparedValue("事由和生效日期", f"{label}（{values.get('paper') or '未填'}）", since)]


def against(district: District, values: Values, on: dt.date) -> list[Refusal]:
    """Refusals: nothing changes, an incomplete pair, a day in the future or before the title, a successor without people."""
    return list(_against(district, values, on))


def _against(district: District, values: Values, on: dt.date) -> Iterator[Refusal]:
    before, after, applicant = (_body(values, name) for name in ("authority_before", "authority", "applicant"))
    if (before is None) != (after is None):
        yield Refusal("原实施主体和承继的实施主体须一并选择", field="authority" if before else "authority_before")
    if not (before or after or applicant):
        yield Refusal("请选择承继的实施主体或者申报主体", field="applicant")
    if before and not district.authorities.filter(pk=before.pk).exists():
        yield Refusal(f"{before.name}已不是实施主体", field="authority_before")
    if applicant and applicant.pk == district.applicant_id:
        yield Refusal("变更前后的申报主体相同", found=applicant.name, field="applicant")
    elif applicant:
        yield from lacking_seats(applicant)
    if not str(values.get("paper") or "").strip():
        yield Refusal("请填写机构调整文件的名称和文号", field="paper")
    day = _day(values)
    if day is None or day > on:
        yield Refusal("生效日期不能晚于今天", remedy="机构调整生效后提出", field="effective_on")
    elif district.titled_on is not None and day < district.titled_on:
        yield Refusal(f"生效日期不能早于授予称号的日期（{day_in_words(district.titled_on)}）", field="effective_on")


def apply(change: Applying) -> str:
    """Put the successors in place, and record until when the predecessors were responsible."""
    values, district, said = change.values, change.district, []
    before, after, applicant = (_body(values, name) for name in ("authority_before", "authority", "applicant"))
    since = _day(values) or change.on
    told = {"since": since, "ground": values["ground"], "paper": values["paper"].strip()}
    if before and after:
        pass_on(district=district, case=change.case, passing=Passing(HolderSide.AUTHORITY, before, after, **told), by=change.by)
        district.authorities.remove(before)
        district.authorities.add(after)
        said.append(f"实施主体由{before.name}转为{after.name}")
    if applicant:
        old = district.applicant
        if old is not None:
            pass_on(district=district, case=change.case, passing=Passing(HolderSide.APPLICANT, old, applicant, **told), by=change.by)
        moved = move_applicant(district, applicant)
        said.append(f"申报主体转为{applicant.name}{f'，{moved}件在办的办件一并转交' if moved else ''}")
    return f"自{day_in_words(since)}起{'，'.join(said)}"


def trace(case: Case) -> dict[str, Any]:
    """The bodies that became responsible through this change."""
    rows = TitleHolder.objects.filter(case=case).order_by("pk")
    return {f"{row.get_side_display()}{row.body_name}": [f"{row.since}", row.ground, row.paper] for row in rows}


TRANSFER = ChangeKind(
    key="transfer",
    label="称号转移",
    group=ChangeGroup.HOLDER,
    hint="区政府、管委会或者公司合并、撤销、改制后，由承继单位承担责任；称号的编号、星级、授予日期不变，在办的办件一并转交",
    form=TransferForm,
    lines=lines,
    against=against,
    apply=apply,
    open_to=lambda district: district.stage in TITLED,
    director=True,
    trace=trace,
    closing="称号的编号、星级和授予日期不变；自承继生效之日起，报送、整改等义务由承继单位承担。",
)
