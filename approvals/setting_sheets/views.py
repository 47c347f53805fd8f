"""Pages of a sheet of settings: make one, and take its steps."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.cases.rules import may_propose_setting, reads_settings
from approvals.proposals.views import ProposalPage
from approvals.setting_sheets.forms import SettingSheetForm, line_forms
from approvals.setting_sheets.lifecycle import SETTING_SHEET
from approvals.setting_sheets.models import SettingSheet, SheetPart
from approvals.setting_sheets.selectors import apart_rows, lines_of, sheet_rows, sheets_visible_to
from approvals.setting_sheets.services import propose_sheet
from approvals.settings.models import OPEN_PROPOSALS
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.procedure import offered

NEW, SHEET = "approvals/setting_sheets/sheet_new.html", "approvals/setting_sheets/sheet.html"


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not reads_settings(viewer.held):
        raise Http404
    request.nav = "policy:rule_list"  # type: ignore[attr-defined]  # read by the menu
    return viewer


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [("政策条款", reverse("policy:rule_list")), ("平台参数", reverse("approvals:setting_list")), (last, "")]


def sheet_new(request: HttpRequest, part: str) -> HttpResponse:
    """A form with all settings of a part; the open sheet instead, while there is one."""
    viewer = _reader(request)
    if part not in SheetPart.values:
        raise Http404
    NotAllowed.unless(may_propose_setting(viewer.held), "参数变更由市级经办提出")
    if waiting := sheets_visible_to(viewer).filter(part=part, status__in=OPEN_PROPOSALS).first():
        return redirect("approvals:setting_sheet", waiting.pk)
    data = request.POST or None
    form, groups = SettingSheetForm(data), line_forms(sheet_rows(part), data, viewer.today)
    lines = [line for _, some in groups for line in some]
    faulty = [line for line in lines if data is not None and not line.is_valid()]
    context = {
        "form": form,
        "errors": [form, *faulty],
        "groups": groups,
        "heads": ("参数", "现值", "列入", "拟定值", "改动的理由"),
        "apart": apart_rows() if part == SheetPart.SETTINGS else [],
        "part": SheetPart(part),
        "other": next(one for one in SheetPart if one != part),
        "crumbs": _crumbs(f"{SheetPart(part).label}表"),
    }
    if request.method != "POST":
        return render(request, NEW, context)
    if not form.is_valid() or faulty:
        return render(request, NEW, context, status=UNPROCESSABLE)
    chosen = [(line.key, line.cleaned_data["value"], line.cleaned_data["reason"]) for line in lines if line.is_chosen]
    try:
        made = propose_sheet(part=part, lines=chosen, by=viewer.user, **form.cleaned_data)
    except Refused as refused:
        add_refusals(form, refused)
        return render(request, NEW, context, status=refused.status)
    return redirect_saying(request, "已提出，待审核", "approvals:setting_sheet", made.pk)


@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet with its lines and the steps that wait."""
    return render(request, SHEET, _page(_reader(request), str(pk), None))


def _page(viewer: Viewer, key: str, _data: Any) -> dict[str, Any]:
    found = _newest(viewer, key)
    if found is None:
        raise Http404
    changed = sum(line["value"] != line["old"] for line in found.lines)
    return {
        "sheet": found,
        "waiting": found,
        "counts": (len(found.lines) - changed, changed),
        "groups": lines_of(found),
        "heads": ("参数", "提出时的值", "拟定值", "改动的理由"),
        "state": SETTING_SHEET.state(found.status),
        "offered": offered(found, viewer.user),
        "crumbs": _crumbs(str(found)),
    }


def _newest(viewer: Viewer, key: str) -> SettingSheet | None:
    return sheets_visible_to(viewer).filter(pk=key).first()


@require_POST
def sheet_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step of the sheet."""
    _reader(request)
    return PAGE.act(request, str(pk))


PAGE = ProposalPage("approvals:setting_sheet", SHEET, _page, _newest, lambda _key: "参数表")
