"""Pages of the authorities' yearly implementation plans (六（三）)."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.file.forms import VersionMixin
from districts.file.models.district import District
from districts.file.rules import bodies_as, may_watch
from districts.file.selectors.visibility import authorities_choosable
from districts.file.views.common import UNPROCESSABLE, EditPage
from districts.plausibility.selectors import answered
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm, answered_shown
from districts.yearly_plans import selectors, services
from districts.yearly_plans.calendar import plan_deadline
from districts.yearly_plans.columns import PLAN_ITEM_ENTERED, PLAN_ITEM_LIST
from districts.yearly_plans.comparison import money_of
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN, files_plan
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from districts.yearly_plans.selectors import implementation_plans_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import num
from greendistrict.documents.forms import EvidenceField
from greendistrict.workflow.pages import StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered


class OpenPlanForm(forms.Form):
    """Year of a new plan, and whether to copy works."""

    year = forms.IntegerField(label="年度", min_value=2015, max_value=2100, error_messages={"invalid": "请填四位年份"})
    copy_last = forms.BooleanField(
        label="沿用上一年度的跨年工作",
        required=False,
        help_text="把上一年度计划中完成日期在本年度及以后的工作复制过来，逐项核对、确认后上报",
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"year": today.year + 1})
        super().__init__(*args, **kwargs)


@with_columns(PLAN_ITEM_ENTERED)
class PlanItemForm(ExplainedForm, VersionMixin, ColumnsForm):
    """A work of a district: content, responsible body, money, schedule."""

    district = forms.ModelChoiceField(label="城区", queryset=District.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, plan: ImplementationPlan, item: PlanItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs.setdefault("initial", {"district": item.district, "version": item.version, **self.initial_of(item)})
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = plan.authority.districts_led.filter(guideline_area=False, merged_into=None).order_by("name_pinyin")

    def values(self) -> dict[str, Any]:
        """Fields for ``services.save_item``."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", EXPLANATION)}


class PlanDocumentForm(forms.Form):
    """Document of the plan."""

    upload = EvidenceField(label="计划文件")


TEMPLATE = "districts/yearly_plans/implementation_plan.html"
ITEM_TEMPLATE = "districts/yearly_plans/plan_item_edit.html"
OPEN_TEMPLATE = "districts/yearly_plans/implementation_plan_open.html"
DONE = {"file": "计划已上报，市级接收前可以撤回", "recall": "已撤回上报", "note": "已接收", "return": "已退回实施主体"}


def own_authority(viewer: Viewer) -> Organisation | None:
    """Authority for which the user files plans, or None."""
    return authorities_choosable().filter(pk__in=bodies_as(viewer.held, Role.AUTHORITY)).first()


@require_safe
def implementation_plan_list(request: HttpRequest) -> HttpResponse:
    """Show visible plans, newest year first."""
    viewer = viewer_of(request)
    context = {"rows": selectors.plan_rows(viewer), "authority": own_authority(viewer), "may_watch": may_watch(viewer.held)}
    return render(request, "districts/yearly_plans/implementation_plan_list.html", context)


def implementation_plan_create(request: HttpRequest) -> HttpResponse:
    """Create the plan of a year."""
    viewer = viewer_of(request)
    authority = own_authority(viewer)
    if authority is None:
        raise Http404
    form = OpenPlanForm(request.POST or None, today=viewer.today)
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            plan = services.open_plan(authority=authority, by=viewer.user, **form.cleaned_data)
            carried = plan.items.count()
            what = f"沿用上年的工作{carried}项，请逐项核对、确认" if carried else "请填写工作"
            messages.success(request, f"已建立{plan.year}年度实施计划，{what}")
            return redirect("districts:implementation_plan_edit", pk=plan.pk)
    return render(request, OPEN_TEMPLATE, {"authority": authority, "form": form}, status=UNPROCESSABLE if form.errors else 200)


def _seen(request: HttpRequest, pk: int) -> ImplementationPlan:
    return get_object_or_404(implementation_plans_visible_to(viewer_of(request)), pk=pk)


@require_safe
def implementation_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan with its works and steps, compared with last year's."""
    return _page(request, _seen(request, pk))


def _page(request: HttpRequest, plan: ImplementationPlan, *, status: int = 200, **more: Any) -> HttpResponse:
    viewer, items = viewer_of(request), selectors.items_of(plan)
    editable = plan.status in services.OPEN and files_plan(viewer.held, plan)
    unfunded, total = sum(item.money is None for item in items), money_of(items)
    sums = {
        "name": f"合计{len(items)}项",
        "money": num(total, 2),
        "money_source": f"{unfunded}项没有填资金" if unfunded else "",
    }
    edit = RowAddress("districts:plan_item_edit", plan.pk) if editable else None
    context = {
        "plan": plan,
        "state": IMPLEMENTATION_PLAN.state(plan.status),
        "items": items,
        "total": total,
        "shown": PLAN_ITEM_LIST.html(PLAN_ITEM_LIST.rows_of(items), viewer.today, edit, sums=sums),
        "carried": [item for item in items if not item.is_confirmed] if editable else [],
        "unlisted": list(selectors.unlisted(plan)),
        "today": viewer.today,
        "schedule": selectors.schedule_of(items, viewer.today),
        "answered": answered(plan.items.all()),
        "comparison": selectors.comparison_of(plan, items),
        "timeline": selectors.steps_of(plan),
        "offered": offered(plan, viewer.user),
        "editable": editable,
        "document_form": PlanDocumentForm() if editable else None,
        "deadline": plan_deadline(plan.authority_id, plan.year),
        **more,
    }
    return render(request, TEMPLATE, context, status=status)


@require_POST
def implementation_plan_step(request: HttpRequest, pk: int) -> HttpResponse:
    """File, recall, take note of or return a plan; filing asks for confirmation."""
    plan = _seen(request, pk)
    page = StepPage(
        back=reverse("districts:implementation_plan_edit", args=[pk]),
        again=lambda refused, **typed: _again(request, pk, refused, **typed),
        done=lambda offer: _done(request, pk, offer),
        question=lambda _: _question(plan),
        beside=lambda: answered_shown(plan.items.all()),
    )
    return act(request, plan, page)


def _again(request: HttpRequest, pk: int, refused: Refused | None, **typed: Any) -> HttpResponse:
    if refused is not None:
        typed["errors"] = [refusal.text for refusal in refused.refusals]
    return _page(request, _seen(request, pk), status=refused.status if refused else UNPROCESSABLE, **typed)


def _done(request: HttpRequest, pk: int, offer: Offered | None) -> HttpResponse:
    """Redirect to the plan, or to the list if the user no longer sees the plan."""
    messages.success(request, DONE[offer.action] if offer else "已办理")
    if implementation_plans_visible_to(viewer_of(request)).filter(pk=pk).exists():
        return redirect("districts:implementation_plan_edit", pk=pk)
    return redirect("districts:implementation_plan_list")


def _question(plan: ImplementationPlan) -> str:
    """Confirmation question before filing: how much the plan lists."""
    items = selectors.items_of(plan)
    districts = len({item.district_id for item in items})
    return f"确认上报{plan}？列入城区{districts}个、工作{len(items)}项，资金{fixed(money_of(items), grouped=True)}万元。"


@require_POST
def implementation_plan_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the plan's document."""
    plan = _seen(request, pk)
    NotAllowed.unless(files_plan(viewer_of(request).held, plan), services.FILER)
    form = PlanDocumentForm(request.POST, request.FILES)
    if form.is_valid():
        with RefusalsIn(form, passing=(NotAllowed, Closed)):
            services.keep_document(plan=plan, upload=form.cleaned_data["upload"], by=signed_in(request))
            messages.success(request, "计划文件已上传")
            return redirect("districts:implementation_plan_edit", pk=pk)
    return _page(request, plan, status=UNPROCESSABLE, document_form=form)


@require_POST
def implementation_plan_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft that was never filed."""
    plan = _seen(request, pk)
    NotAllowed.unless(files_plan(viewer_of(request).held, plan), services.FILER)
    back = reverse("districts:implementation_plan_edit", args=[pk])
    if asking := deletion_question(request, f"{plan}草稿", back=back, loss="连同列入的城区和工作一起删除，不能恢复。"):
        return asking
    services.drop_plan(plan=plan, by=signed_in(request))
    messages.success(request, f"{plan}草稿已删除")
    return redirect("districts:implementation_plan_list")


def plan_item_edit(request: HttpRequest, pk: int, item_pk: int | None = None) -> HttpResponse:
    """Show and save the form of one work; without ``item_pk`` a new one."""
    plan = _seen(request, pk)
    NotAllowed.unless(files_plan(viewer_of(request).held, plan), services.FILER)
    item = get_object_or_404(plan.items, pk=item_pk) if item_pk else None
    page = EditPage(
        ITEM_TEMPLATE,
        PlanItem,
        lambda data, _files, one: PlanItemForm(data, plan=plan, item=one),
        lambda one, form: {"plan": plan, "item": one, "form": form},
        passing=(NotAllowed, Closed),
    )

    def keep(form: PlanItemForm) -> PlanItem:
        version = form.version_read() if item else None
        return services.save_item(
            plan=plan, values=form.values(), by=signed_in(request), item=item, version=version, explanation=form.explained
        )

    def done(saved: PlanItem) -> HttpResponse:
        messages.success(request, f"工作“{saved}”已保存")
        if request.POST.get("do") == "more":
            return HttpResponseRedirect(request.get_full_path())
        return redirect("districts:implementation_plan_edit", pk=pk)

    return page.answer(request, item, keep, done)


@require_POST
def plan_items_confirm(request: HttpRequest, pk: int, item_pk: int | None = None) -> HttpResponse:
    """Confirm a work copied from last year, without ``item_pk`` all of them."""
    plan = _seen(request, pk)
    NotAllowed.unless(files_plan(viewer_of(request).held, plan), services.FILER)
    item = get_object_or_404(plan.items, pk=item_pk) if item_pk else None
    number = services.confirm_items(plan=plan, by=signed_in(request), item=item)
    messages.success(request, f"沿用上年的工作{number}项已确认" if number else "没有待确认的工作")
    return redirect("districts:implementation_plan_edit", pk=pk)


@require_POST
def plan_item_drop(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Delete a work of the plan."""
    plan = _seen(request, pk)
    item = get_object_or_404(plan.items.select_related("district", "plan__authority"), pk=item_pk)
    NotAllowed.unless(files_plan(viewer_of(request).held, plan), services.FILER)
    if asking := deletion_question(request, f"工作“{item}”", back=reverse("districts:plan_item_edit", args=[pk, item_pk])):
        return asking
    services.drop_item(item=item, by=signed_in(request))
    messages.success(request, f"工作“{item}”已删除")
    return redirect("districts:implementation_plan_edit", pk=pk)
