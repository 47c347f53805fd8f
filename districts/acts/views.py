"""Pages of recorded acts about a district, with their forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.acts import services
from districts.acts.models import DistrictAct
from districts.acts.services import MAY_APPLY, against_unregistering, unregister_district
from districts.file.columns import DISTRICT
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import may_act, may_confirm_type, may_hand_over, may_unregister
from districts.file.selectors.visibility import district_seen
from districts.file.views.common import UNPROCESSABLE, district_to_read
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.core.answers import deletion_question, redirect_saying
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn

UNREGISTERED = "城区和已填的基本情况一并删除，不能恢复；已有材料、地块、办件等资料的，不能撤销登记。"


class ActForm(forms.Form):
    """Fields common to all acts: date, document, reason."""

    on, document, reason = Columns.of(DistrictAct, "on", "document", "reason").needed().form_fields().values()

    def __init__(self, *args: Any, district: District, user: User, **kwargs: Any) -> None:
        del user
        self.district = district
        super().__init__(*args, **kwargs)

    def offer(self, name: str, rows: Any) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows


class RenameForm(ActForm):
    """The new name."""

    name = DISTRICT["name"].form_field(label="新名称", help_text="原名称留作别名")
    field_order = ("name", "on", "document", "reason")


class MergeForm(ActForm):
    """The district into which this one is merged."""

    into = forms.ModelChoiceField(label="并入", queryset=District.objects.none(), empty_label="请选择")
    field_order = ("into", "on", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = District.objects.filter(is_demo=self.district.is_demo, guideline_area=False, merged_into=None)
        self.offer("into", others.exclude(pk=self.district.pk).order_by("name_pinyin"))


class ApplicantForm(ActForm):
    """The new applicant."""

    applicant = forms.ModelChoiceField(label="新的申报主体", queryset=Organisation.objects.none(), empty_label="请选择")
    field_order = ("applicant", "on", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(kind__in=MAY_APPLY, is_demo=self.district.is_demo)
        self.offer("applicant", bodies.exclude(pk=self.district.applicant_id or 0).order_by("name_pinyin"))


class TypeForm(ActForm):
    """The experts' finding on a mixed district."""

    renewal_share = DISTRICT["renewal_share"].form_field(required=True)
    field_order = ("renewal_share", "on", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].help_text = "专家意见的名称和日期"


@dataclass(frozen=True)
class Act:
    """A kind of act: words, form, service, who may record it, and whether it waits until a locked file is open again."""

    label: str
    effect: str
    form: type[ActForm]
    service: Callable[..., Any]
    allowed: Callable[[HeldPosts], bool]
    waits: bool = True


ACTS = {
    "rename": Act("更名", "原名称留作别名，网址和已有材料不变", RenameForm, services.rename_district, may_act),
    "merge": Act("并入其他城区", "资料保留可查，不再修改；名称成为并入城区的别名", MergeForm, services.merge_district, may_act),
    "applicant": Act("更换申报主体", "此后由新的申报主体填报，在办的办件一并转交；有称号并已有申报主体的城区须经变更办理", ApplicantForm,
        services.replace_applicant, may_act),
    "type": Act("确认类型", "新建与更新兼有的，按专家确认的更新用地占比定类型", TypeForm, services.confirm_type, may_confirm_type,
        waits=False),
}  # fmt: skip


@require_safe
def act_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show the recorded acts, and the kinds the user may record."""
    viewer = viewer_of(request)
    held = viewer.held
    allowed = {key: act for key, act in ACTS.items() if act.allowed(held)}
    district = district_seen(viewer, code) if allowed else district_to_read(request, code)[0]
    is_open = not lock_reasons(district)
    context = {
        "district": district,
        "acts": list(district.acts.select_related("entered_by")),
        "offered": [(key, act.label, act.effect) for key, act in allowed.items() if is_open or not act.waits],
        "hands_over": may_hand_over(held, district),
        "unregisters": may_unregister(held, district),
        "standing": against_unregistering(held, district) if may_unregister(held, district) else [],
        "unregistered": UNREGISTERED,
    }
    return render(request, "districts/acts/act_list.html", context)


@require_POST
def district_drop(request: HttpRequest, code: str) -> HttpResponse:
    """Take back a registration made by mistake."""
    viewer = viewer_of(request)
    district: District = district_seen(viewer, code)
    back, may = reverse("districts:act_list", args=[code]), may_unregister(viewer.held, district)
    if may and (asking := deletion_question(request, district.name, back=back, label="撤销登记", loss=UNREGISTERED)):
        return asking
    unregister_district(district=district, by=viewer.user)
    return redirect_saying(request, f"已撤销{district.name}的登记", "districts:district_list")


def act_record(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Form of one act."""
    viewer = viewer_of(request)
    district: District = district_seen(viewer, code)
    act = ACTS.get(kind)
    if act is None:
        raise Http404
    if not act.allowed(viewer.held):
        msg = f"{act.label}由市级登记"
        raise NotAllowed(msg)
    form = act.form(request.POST or None, district=district, user=viewer.user)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            act.service(district=district, by=viewer.user, **form.cleaned_data)
            messages.success(request, f"{act.label}已登记")
            return redirect("districts:act_list", code=code)
    context = {"district": district, "act": act, "form": form}
    return render(request, "districts/acts/act_record.html", context, status=UNPROCESSABLE if form.errors else 200)
