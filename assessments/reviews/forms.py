"""Forms of the expert review."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Q

from assessments.common.enums import Conclusion
from assessments.reviews.columns import AGREED, DRAWN, MEMBER, REVIEW_COLUMNS
from assessments.reviews.enums import ENDED_STATES
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import PanelMember
from assessments.reviews.panel import Candidate
from districts.file.forms import of_world
from greendistrict.accounts.models import User
from greendistrict.columns.filters import ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.integers import whole
from greendistrict.core.widgets import MomentField
from greendistrict.documents.forms import EvidenceField

# Form for the hours of the members.


class HoursForm(forms.Form):
    """Hours of each sitting member; empty where none are recorded."""

    def __init__(self, *args: Any, members: Iterable[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for member in members:
            label = f"{member} {member.expert.user.name}"
            self.fields[f"hours_{member.pk}"] = forms.DecimalField(
                label=label, required=False, min_value=0, max_value=500, max_digits=5, decimal_places=1, initial=member.hours
            )

    @property
    def hours(self) -> dict[int, Any]:
        """Hours by primary key of the member."""
        return {int(name.removeprefix("hours_")): value for name, value in self.cleaned_data.items()}


# Forms of expert review.


class InvitationReplyForm(forms.Form):
    """Answer to an invitation; 回避 and 谢绝 require a reason."""

    action = forms.ChoiceField(
        label="答复",
        choices=[("accept", "接受邀请"), ("recuse", "声明回避，有应回避情形"), ("decline", "谢绝，因其他原因不能参加")],
        widget=forms.RadioSelect,
    )
    declared = forms.BooleanField(label="本人与所列各单位三年内无任职、合作和其他应回避情形", required=False)
    reason = MEMBER["reason"].form_field()

    def clean(self) -> dict[str, Any]:
        """Require what the chosen answer needs."""
        cleaned = super().clean() or {}
        answer = cleaned.get("action")
        if answer == "accept" and not cleaned.get("declared"):
            self.add_error("declared", "接受邀请须声明无应回避情形")
        if answer in {"decline", "recuse"} and not cleaned.get("reason", "").strip():
            self.add_error("reason", "请写明理由")
        return cleaned


class MemberReasonForm(forms.Form):
    """Reason of a recusal or of a release from the panel; the state machine requires it."""

    reason = MEMBER["reason"].form_field(label="回避情形", help_text="", required=True)


@with_columns(REVIEW_COLUMNS.part("score_due").needed())
class DueForm(ColumnsForm):
    """Last day for handing in the own scores."""


@with_columns(REVIEW_COLUMNS.part("planned_due", "planned_meeting"))
class ReviewPlanForm(ColumnsForm):
    """Planned days stated in invitations before the actual days are fixed."""


@with_columns(REVIEW_COLUMNS.part("meeting_place").needed())
class CallForm(ColumnsForm):
    """Time and place of the meeting."""

    meeting_at = MomentField(
        label="会议时间",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    @property
    def at(self) -> dt.datetime:
        """The meeting's date and time in Shanghai."""
        at: dt.datetime = self.cleaned_data["meeting_at"]
        return at


class KeysField(forms.TypedMultipleChoiceField):
    """Multiple choice whose valid keys are checked by the service instead of the form."""

    def valid_value(self, value: str) -> bool:
        """Whether the key has a valid form; the service checks that it exists."""
        return whole(str(value)) is not None


@with_columns(DRAWN)
class AppointForm(ColumnsForm):
    """Experts to appoint if no valid panel can be drawn; the view passes the choices."""

    experts = KeysField(label="专家", coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, pool: Sequence[Candidate] = (), loads: Mapping[int, tuple[int, int]] = MappingProxyType({}), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        lines = [(one.id, one.name, *loads.get(one.id, (0, 0))) for one in pool if not one.reasons]
        self.fields["experts"].choices = [  # type: ignore[attr-defined]
            (key, f"{name}（在办{now}项，本年{year}次）") for key, name, now, year in lines
        ]


class AgreeForm(forms.Form):
    """Agreement of the meeting for one clause; the required field depends on the clause."""

    points = forms.CharField(label="商定分", max_length=20, required=False)
    verdict = forms.ChoiceField(choices=[("", ""), ("yes", "是"), ("no", "否")], required=False)
    reason, dissent, comment_kind = (column.form_field(required=False) for column in AGREED.values())

    @property
    def verdict_value(self) -> bool | None:
        """True, False, or None if not given."""
        return {"yes": True, "no": False}.get(self.cleaned_data["verdict"])


@with_columns(REVIEW_COLUMNS.part("opinion"))
class PanelOpinionForm(ColumnsForm):
    """Text of the panel's opinion."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class MemberForm(forms.Form):
    """A present member and their vote."""

    member = forms.IntegerField()
    vote = forms.ChoiceField(choices=[("", ""), *Conclusion.choices], required=False)


class SignInForm(forms.Form):
    """Members who are present."""

    members = forms.TypedMultipleChoiceField(label="到会专家", coerce=int, required=False)

    def __init__(self, *args: Any, members: Iterable[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [(member.pk, str(member)) for member in members]  # type: ignore[attr-defined]


class MemberLeavingForm(forms.Form):
    """A member, and the reason for leaving."""

    member = forms.IntegerField()
    reason = forms.CharField(label="原因", max_length=300, required=False)


class ClauseConfirmationForm(forms.Form):
    """A member's statement on agreed clauses: on one, or on all that are open."""

    member = forms.IntegerField()
    item = forms.CharField(max_length=20, required=False)
    agrees = forms.ChoiceField(choices=[("yes", "同意"), ("no", "保留意见")])
    dissent = AGREED["dissent"].form_field()
    seen = forms.CharField(required=False)


class PasswordSignForm(forms.Form):
    """The user's password, asked again for a signature."""

    password = forms.CharField(label="登录密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a wrong password."""
        word: str = self.cleaned_data["password"]
        if not self.user.check_password(word):
            message = "密码不正确，没有签名"
            raise forms.ValidationError(message)
        return word


class SheetForm(forms.Form):
    """Scan of the signed sheet."""

    upload = EvidenceField(label="签名页扫描件")


@with_columns(REVIEW_COLUMNS.part("conclusion", "star", "star_reason").needed("conclusion"))
class ConcludeForm(ColumnsForm):
    """Conclusion, star awarded, and the reason if it differs from the one applied for."""


GOING = "going"  # every state that does not end a review


class ReviewFilter(ListFilter):
    """Filter of the review list."""

    q = WordsFilter("名称或编号", "subject__title", "subject__number")
    status = ColumnFilter(
        REVIEW_COLUMNS["status"],
        lambda state: ~Q(status__in=ENDED_STATES) if state == GOING else Q(status=state),
        choices=[(GOING, "进行中"), *REVIEW.choices()],
    )
    world = of_world("table__district__is_demo")
