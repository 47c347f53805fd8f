"""Pages of recorded acts about a district."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from districts.acts import forms, services
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import may_act, may_confirm_type, may_hand_over
from districts.file.selectors.visibility import district_seen
from districts.file.views.common import UNPROCESSABLE, district_to_read
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn


@dataclass(frozen=True)
class Act:
    """A kind of act: words, form, service, who may record it, and whether it waits until a locked file is open again."""

    label: str
    effect: str
    form: type[forms.ActForm]
    service: Callable[..., Any]
    allowed: Callable[[HeldPosts], bool]
    waits: bool = True


ACTS = {
    "rename": Act("更名", "原名称留作别名，网址和已有材料不变", forms.RenameForm, services.rename_district, may_act),
    "merge": Act("并入其他城区", "资料保留可查，不再修改；名称成为并入城区的别名", forms.MergeForm, services.merge_district, may_act),
    "applicant": Act("更换申报主体", "此后由新的申报主体填报，在办的办件一并转交；有称号的城区须经变更办理", forms.ApplicantForm,
        services.replace_applicant, may_act),
    "type": Act("确认类型", "新建与更新兼有的，按专家确认的更新用地占比定类型", forms.TypeForm, services.confirm_type, may_confirm_type,
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
    }
    return render(request, "districts/acts/act_list.html", context)


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
