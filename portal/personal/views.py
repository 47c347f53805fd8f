"""Pages of personal data: the own page, its export and correction; the notice; revealing another person's contact data."""

import datetime as dt
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe
from markdown_it import MarkdownIt

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.selectors import users_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.downloads import as_file, as_workbook
from greendistrict.documents.list_workbook import list_book
from portal.personal import services
from portal.personal.inventory import current_notice
from portal.personal.selectors import EXPORTED, OwnData, must_be_asked, of_others, own_data

HEADS = (("类别", 18), ("条", 6), ("项目", 18), ("内容", 50), ("用途", 40), ("依据", 30), ("保存", 30), ("谁能看到", 40))


def own_book(found: list[OwnData], name: str, *, demo: bool) -> bytes:
    """Workbook with one row per value."""
    rows = (
        (data.kept.title, number, label, value, data.kept.purpose, data.kept.ground, data.kept.retention, data.kept.seen_by)
        for data in found
        for number, row in enumerate(data.rows, 1)
        for label, value in row
    )
    return list_book("个人信息", f"{name}的个人信息", HEADS, rows, demo=demo)


def own_json(found: list[OwnData], name: str, moment: dt.datetime) -> dict[str, Any]:
    """Plain values for JSON."""
    kinds = [
        {
            "类别": data.kept.title,
            "用途": data.kept.purpose,
            "依据": data.kept.ground,
            "保存": data.kept.retention,
            "谁能看到": data.kept.seen_by,
            "总数": data.count,
            "内容": [dict(row) for row in data.rows],
        }
        for data in found
    ]
    return {"姓名": name, "导出时间": moment.isoformat(timespec="seconds"), "个人信息": kinds}


class OwnCorrectionForm(forms.Form):
    """Which of the own data is wrong."""

    text = forms.CharField(
        label="哪一项不对，应当是什么",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="发给管理您账号的管理员，由其更正后告知您",
    )


class RevealForm(forms.Form):
    """Reason for looking at another person's contact data."""

    reason = forms.CharField(label="查看事由", max_length=200, help_text="与查看人、时间一起记入审计记录")


class PersonalDataNoticeForm(forms.Form):
    """That the current notice was read; nobody is asked to consent, because processing rests on legal duties (个人信息保护法第十三条)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label="我已阅读", error_messages={"required": "请先阅读，勾选后继续"})
    next = forms.CharField(widget=forms.HiddenInput, required=False)


UNPROCESSABLE = 422


@require_safe
def personal(request: HttpRequest) -> HttpResponse:
    """What is stored about the person, why, for how long, and who sees it."""
    return _page(request, {"data": own_data(viewer_of(request)), "form": OwnCorrectionForm()})


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "portal/personal/personal.html", {**context, "others": of_others(), "notice": current_notice()}, status=status)


@require_safe
def personal_export(request: HttpRequest) -> HttpResponse:
    """Download the own data as a workbook, or with ``?format=json`` as JSON; the export is recorded."""
    viewer, kind = viewer_of(request), "json" if request.GET.get("format") == "json" else "xlsx"
    found = own_data(viewer, EXPORTED)
    audit.record(action="personal.export", by=viewer.user, obj=viewer.user, data={"kind": kind})
    name = f"个人信息-{viewer.today:%Y%m%d}"
    if kind == "xlsx":
        return as_workbook(own_book(found, viewer.user.name, demo=viewer.user.is_demo), f"{name}.xlsx")
    content = json.dumps(own_json(found, viewer.user.name, viewer.moment), ensure_ascii=False, indent=2).encode()
    return as_file(content, f"{name}.json", "application/json")


@require_POST
def personal_correction(request: HttpRequest) -> HttpResponse:
    """Ask for a correction."""
    user, form = signed_in(request), OwnCorrectionForm(request.POST)
    if form.is_valid():
        told = services.ask_correction(by=user, text=form.cleaned_data["text"])
        messages.success(request, f"更正申请已发给{told}位管理员")
        return redirect("portal:personal")
    return _page(request, {"data": own_data(viewer_of(request)), "form": form}, UNPROCESSABLE)


def privacy_notice(request: HttpRequest) -> HttpResponse:
    """The current notice; whoever has read it continues to the requested page."""
    user, notice = signed_in(request), current_notice()
    form = PersonalDataNoticeForm(request.POST or None, initial={"version": notice.version, "next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            services.agree(by=user, version=form.cleaned_data["version"])
            wanted = form.cleaned_data["next"]
            safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
            return redirect(wanted if wanted and safe else reverse("portal:workdesk"))
    text = SafeString(MarkdownIt("commonmark", {"html": False}).render(notice.text))
    context = {"notice": notice, "text": text, "form": form, "asked": must_be_asked(viewer_of(request))}
    return render(request, "portal/personal/notice.html", context, status=UNPROCESSABLE if form.errors else 200)


def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Telephone number and mail address of a person whose account one manages, shown after a reason, which is recorded."""
    user = signed_in(request)
    person = get_object_or_404(users_visible_to(user), pk=pk)
    form, found = RevealForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = services.reveal(by=user, person=person, reason=form.cleaned_data["reason"])
    context = {"person": person, "form": form, "found": found}
    return render(request, "portal/personal/contact.html", context, status=UNPROCESSABLE if form.errors else 200)
