"""Pages of verifications: list, mandate, detail, findings, steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.common.forms import TitledFileForm, YearFilter
from assessments.common.views import timeline_entry, without_fields
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import inventories_visible_to
from carbon.verification import rules, selectors, services
from carbon.verification.columns import VERIFICATION_LIST
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification, VerificationFinding
from carbon.verification.services import LONGEST
from districts.plausibility.selectors import answered
from districts.plausibility.views import answered_shown
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ColumnFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from greendistrict.columns.lists import RowAddress
from greendistrict.core.errors import Refused
from greendistrict.core.paging import list_context
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage, as_of
from greendistrict.workflow.procedure import offered

WORDS = TextColumn(rows=3, most=LONGEST)
SIGNED = Columns(CarbonVerification, conclusion=ChoiceColumn(empty="未选"), statement=TextColumn(rows=6, most=LONGEST))
FINDING = Columns(VerificationFinding, text=WORDS, reply=WORDS, note=TextColumn(rows=2, most=LONGEST)).needed()


class VerificationFilter(YearFilter):
    """Filter of the list."""

    status = ColumnFilter(VERIFICATION_LIST.columns["status"])


class VerifierMandateForm(forms.Form):
    """Body that the leading body mandates."""

    body = forms.ModelChoiceField(label="核查机构", queryset=Organisation.objects.none(), empty_label="请选择")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["body"].queryset = selectors.bodies()  # type: ignore[attr-defined]


class _Versioned(ColumnsForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@with_columns(SIGNED)
class VerificationStatementForm(_Versioned):
    """Statement and conclusion; both may stay empty until signing."""

    def __init__(self, data: Any = None, *, verification: CarbonVerification) -> None:
        super().__init__(data, initial={**self.initial_of(verification), "version": verification.version})


@with_columns(FINDING.part("text"))
class VerificationFindingForm(_Versioned):
    """A new finding."""


@with_columns(FINDING.part("reply"))
class FindingReplyForm(_Versioned):
    """The district's reply to a finding."""


@with_columns(FINDING.part("note"))
class FindingSettleForm(_Versioned):
    """The verifier's remark on closing a finding."""


TEMPLATE = "carbon/verification/verification.html"


def seen(viewer: Viewer, pk: int) -> CarbonVerification:
    """Verification that the person may see. Raises ``Http404``."""
    return get_object_or_404(selectors.verifications_visible_to(viewer), pk=pk)


@require_safe
def verification_list(request: HttpRequest) -> HttpResponse:
    """Visible verifications, newest year first, filtered by the query string."""
    viewer = viewer_of(request)
    found = VerificationFilter(request.GET, selectors.verifications_visible_to(viewer))
    context = list_context(request, VERIFICATION_LIST.ordered(found.qs, ""), found.form)
    context["shown"] = VERIFICATION_LIST.of_page(context["page"], viewer.today, RowAddress("carbon:verification"))
    return render(request, "carbon/verification/verification_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def verification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mandate a body to verify an inventory (leading body only). Raises ``Http404``."""
    viewer = viewer_of(request)
    inventory = get_object_or_404(inventories_visible_to(viewer), pk=pk)
    if not rules.may_mandate(viewer.held, inventory.district):
        raise Http404
    form = VerifierMandateForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                made = services.mandate(district=inventory.district, year=inventory.year, body=form.cleaned_data["body"], by=viewer.user)
            except Refused as refused:
                form.add_error("body", [refusal.text for refusal in refused.refusals])
                status = refused.status
            else:
                return FILE.done(request, made.pk, f"已委托{made.body}核查")
    return render(request, "carbon/verification/verification_open.html", {"inventory": inventory, "form": form}, status=status)


@require_safe
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """Detail page of one verification."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, verification: CarbonVerification, **extra: Any) -> dict[str, Any]:
    """Template context of the page; the buttons offered are exactly the steps that ``perform`` would allow."""
    held = viewer.held
    writes, replies = rules.may_write(held, verification), rules.may_reply(held, verification)
    typed_for, typed = extra.pop("typed_for", 0), extra.pop("typed", "")
    lines = [(finding, typed if finding.pk == typed_for else finding.reply) for finding in verification.findings.all()]
    inventories, steps = _filed(viewer, verification), offered(verification, viewer.user)
    return {
        "verification": verification,
        "state": CARBON_VERIFICATION.state(verification.status),
        "writes": writes,
        "replies": replies,
        "findings": lines,
        "typed_for": typed_for,
        "typed": typed,
        "inventories": list(inventories),
        "answered": answered(inventories),
        "form": VerificationStatementForm(verification=verification) if writes else None,
        "finding_form": VerificationFindingForm(initial={"version": verification.version}) if writes else None,
        "file_form": TitledFileForm(),
        "files": selectors.papers_of(verification),
        "adds_files": writes,
        "longest": services.LONGEST,
        "offered": steps if writes else without_fields(steps),
        "action_url": reverse("carbon:verification_action", args=[verification.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(verification))],
        **extra,
    }


def _filed(viewer: Viewer, verification: CarbonVerification) -> QuerySet[CarbonInventory]:
    """Editions of the inventory that the person may see, newest first."""
    return inventories_visible_to(viewer).filter(district=verification.district_id, year=verification.year).order_by("-edition")


def explained_beside(viewer: Viewer, verification: CarbonVerification) -> SafeString:
    """What was asked about the figures that are verified and how it was explained, before the report is signed."""
    return answered_shown(_filed(viewer, verification))


FILE = MatterPage("carbon:verification", TEMPLATE, seen, detail_context, explained_beside)


@require_POST
def verification_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save statement and conclusion; after an edit conflict both versions are shown."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = VerificationStatementForm(request.POST, verification=found)
    return FILE.save(
        request,
        pk,
        form,
        lambda: services.save(verification=found, **form.cleaned_data, by=viewer.user),
        _both,
        "已保存",
        may=rules.may_write(viewer.held, found),
    )


def _both(data: Any, stored: CarbonVerification) -> dict[str, Any]:
    """The page after an edit conflict: typed values in the form, stored ones above it."""
    kept = [("核查结论", stored.get_conclusion_display()), ("核查声明", stored.statement)]
    return {"form": VerificationStatementForm(data, verification=stored), "stored": kept}


@require_POST
def verification_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the opinion that the verifier issued on paper."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form, keep = TitledFileForm(request.POST, request.FILES), partial(services.add_paper, verification=found, by=viewer.user)
    return FILE.add_file(request, pk, form, lambda data: keep(**data), may=rules.may_write(viewer.held, found))


@require_POST
def verification_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a finding."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = VerificationFindingForm(request.POST)
    if not form.is_valid():
        return FILE.invalid(request, pk, may=rules.may_write(viewer.held, found), finding_form=form, errors=form)
    try:
        services.add_finding(verification=found, **form.cleaned_data, by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused, finding_form=VerificationFindingForm(as_of(request.POST, seen(viewer, pk))))
    return FILE.done(request, pk, "已加入核查发现", "#findings")


def _finding(found: CarbonVerification, order: int) -> VerificationFinding:
    """The finding with this number. Raises ``Http404``."""
    return get_object_or_404(found.findings.select_related("verification"), order=order)


def _answered(
    request: HttpRequest, one: VerificationFinding, form: forms.Form, keep: Callable[..., object], words: str, *, may: bool
) -> HttpResponse:
    """Keep what was typed on a finding; if invalid or refused, it stands again in the line of the finding."""
    pk = one.verification_id
    typed: dict[str, Any] = {"typed_for": one.pk, "typed": request.POST.get("reply") or request.POST.get("note", "")}
    if not form.is_valid():
        return FILE.invalid(request, pk, may=may, errors=form, **typed)
    try:
        keep(**form.cleaned_data)
    except Refused as refused:
        return FILE.again(request, pk, refused, **typed)
    return FILE.done(request, pk, words, "#findings")


@require_POST
def verification_reply(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """Save the district's reply to a finding."""
    viewer = viewer_of(request)
    one = _finding(seen(viewer, pk), order)

    def keep(reply: str, version: int) -> None:
        services.reply(finding=one, text=reply, version=version, by=viewer.user)

    may = rules.may_reply(viewer.held, one.verification)
    return _answered(request, one, FindingReplyForm(request.POST), keep, "已保存更正情况", may=may)


@require_POST
def verification_settle(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """Close a finding."""
    viewer = viewer_of(request)
    one = _finding(seen(viewer, pk), order)
    keep, may = partial(services.settle, finding=one, by=viewer.user), rules.may_write(viewer.held, one.verification)
    return _answered(request, one, FindingSettleForm(request.POST), keep, "已关闭核查发现", may=may)


@require_POST
def verification_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)
