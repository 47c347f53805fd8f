"""Pages of carbon inventories: list, the table with its result, file import and export, steps, correction."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from assessments.common.views import timeline_entry
from carbon.factors.selectors import factors_now
from carbon.inventories import selectors, services, workbook
from carbon.inventories.activity_rows import WrongPasteError, rows_of_paste
from carbon.inventories.columns import INVENTORY_LIST
from carbon.inventories.content import Content, filled, gone_rows, later_factors, shown_lines, shown_sectors
from carbon.inventories.forms import (
    ExplainForm,
    HeadForm,
    InventoryCorrectionForm,
    InventoryFilter,
    InventoryOpenForm,
    InventoryUpload,
    PasteForm,
    RowSet,
)
from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.inventories.models import CarbonInventory
from carbon.units import NAMES, WAN
from districts.boundaries.geojson import outline
from districts.file.rules import may_edit_district
from districts.file.selectors.visibility import own_districts
from districts.plausibility.selectors import answers_to
from districts.plausibility.views import answered_shown
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import deleted
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.core.memoisation import held_reads
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import as_file, as_workbook
from greendistrict.documents.workbooks.pages import ListPage
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage, as_of
from greendistrict.workflow.procedure import offered

TEMPLATE = "carbon/inventories/inventory.html"
UNITS = sorted(NAMES) + sorted(f"{WAN}{name}" for name in ("kWh", "m3", "t", "tce"))


def seen(viewer: Viewer, pk: int) -> CarbonInventory:
    """Inventory that the person may see. Raises ``Http404``."""
    return get_object_or_404(selectors.inventories_visible_to(viewer).select_related("boundary"), pk=pk)


@require_safe
def inventory_list(request: HttpRequest) -> HttpResponse:
    """Visible inventories, newest year first, filtered by the query string."""
    return _listed(request)


def _listed(request: HttpRequest, opening: InventoryOpenForm | None = None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    found = InventoryFilter(request.GET, selectors.inventories_visible_to(viewer))
    context = list_context(request, INVENTORY_LIST.ordered(found.qs, ""), found.form)
    context["shown"] = INVENTORY_LIST.of_page(context["page"], viewer.today, RowAddress("carbon:inventory"))
    context["opening"] = opening or _opening(viewer)
    return render(request, "carbon/inventories/inventory_list.html", context, status=status)


def _opening(viewer: Viewer, data: QueryDict | None = None) -> InventoryOpenForm | None:
    """Form that opens an inventory; None for people who may not."""
    mine = [district for district in own_districts(viewer) if may_edit_district(viewer.held, district)]
    return InventoryOpenForm(data, districts=mine, year=viewer.today.year - 1) if mine else None


@require_POST
def inventory_open(request: HttpRequest) -> HttpResponse:
    """Open the inventory of a district and year."""
    viewer = viewer_of(request)
    form = _opening(viewer, request.POST)
    if form is None:
        raise NotAllowed(services.OPENERS)
    if form.is_valid():
        try:
            made = services.open_inventory(**form.cleaned_data, by=viewer.user)
        except Refused as refused:
            form.add_error("year", [refusal.text for refusal in refused.refusals])
        else:
            return FILE.done(request, made.pk, "清单已建立")
    return _listed(request, form, UNPROCESSABLE)


@require_safe
def inventory(request: HttpRequest, pk: int) -> HttpResponse:
    """Detail page of one inventory."""
    return FILE.show(request, pk)


def result_context(content: Content, year: int, before: Content | None) -> dict[str, Any]:
    """Template context of the result: rows as amount × factor beside last year's, sectors, total, intensities, later factors."""
    known = factors_now()
    return {
        "content": content,
        "lines": shown_lines(content, known, before),
        "beside": before is not None,
        "gone": gone_rows(content, before),
        "sectors": (sectors := shown_sectors(content)),
        "has_total": any(sector.tonnes for sector in sectors),
        "later_factors": later_factors(content, year, known),
    }


@held_reads()
def detail_context(viewer: Viewer, inventory: CarbonInventory, **extra: Any) -> dict[str, Any]:
    """Template context of the page; the buttons offered are exactly the steps that ``perform`` would allow."""
    held = viewer.held
    filling, told = selectors.may_fill(held, inventory), selectors.filled_of(inventory)
    version = {"version": inventory.version}
    asked, before = selectors.open_questions(inventory), selectors.year_before(inventory)
    more: dict[str, Any] = {}
    if filling:
        carried = selectors.carried_over(inventory)
        rows = RowSet(rows=selectors.texts_of(inventory), before=before, carried={key for key, _ in carried})
        more = {
            "form": HeadForm(inventory=inventory),
            "rows": rows,
            "paste_form": PasteForm(initial=version),
            "file_form": InventoryUpload(initial=version),
            "metered": selectors.metered_rows(inventory, viewer.today),
            "carried": carried,
            "as_last": inventory.year - 1 if before is not None and inventory.edition == 1 else None,
            "units": UNITS,
            "explaining": ExplainForm(initial=version) if asked else None,
        }
    last = selectors.counting(inventory)
    may_correct = last is not None and last.pk == inventory.pk and selectors.may_open(held, inventory.district)
    return {
        "inventory": inventory,
        "state": CARBON_INVENTORY.state(inventory.status),
        "filling": filling,
        **result_context(told.content, inventory.year, before),
        "missing": [text for _, text in told.lines],
        "asked": asked,
        "answers": answers_to(inventory),
        "not_over": "" if inventory.frozen else selectors.not_over(inventory.year, viewer.today),
        "extent": (inventory.frozen or {}).get("extent") or selectors.extent_record(inventory.boundary),
        "redrawn": selectors.newer_extent(inventory),
        "outline": outline(inventory.boundary.geometry) if inventory.boundary else None,
        "editions": selectors.editions_of(viewer, inventory),
        "counts": last is not None and last.pk == inventory.pk,
        "correction": InventoryCorrectionForm() if may_correct and not selectors.has_open(inventory) else None,
        "may_drop": selectors.may_drop(held, inventory),
        "offered": offered(inventory, viewer.user),
        "action_url": reverse("carbon:inventory_action", args=[inventory.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(inventory))],
        **more,
        **extra,
    }


def explained_beside(_viewer: Viewer, inventory: CarbonInventory) -> SafeString:
    """What was asked about the figures and how it was explained, before the inventory is signed."""
    return answered_shown(CarbonInventory.objects.filter(pk=inventory.pk))


FILE = MatterPage("carbon:inventory", TEMPLATE, seen, detail_context, explained_beside)


@require_POST
def inventory_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save boundary and rows; after an edit conflict both versions are shown."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form, rows = HeadForm(request.POST, inventory=found), RowSet(request.POST, before=selectors.year_before(found))
    if not all([form.is_valid(), rows.is_valid()]):
        return FILE.invalid(request, pk, may=selectors.may_fill(viewer.held, found), form=form, rows=rows, errors=[form, *rows.errors])
    data = form.cleaned_data
    try:
        services.save(
            inventory=found, head=form.head(), boundary=data["extent"], rows=rows.texts(), version=data["version"], by=viewer.user
        )  # fmt: skip
    except Stale as stale:
        stored = seen(viewer, pk)
        again = HeadForm(as_of(request.POST, stored), inventory=stored)
        lines = shown_lines(selectors.filled_of(stored).content, factors_now())
        sizes = [("核算建筑面积", stored.area_m2), ("常住人口", stored.population), ("地区生产总值", stored.gdp_wan)]
        content = [*sizes, *((line.name, f"{line.amount} {line.unit} × {line.factor}") for line in lines)]
        return FILE.again(request, pk, stale, form=again, rows=rows, stored=content)
    except Refused as refused:
        return FILE.again(request, pk, refused, form=form, rows=rows)
    return FILE.done(request, pk, "已保存")


@require_POST
def inventory_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Result of the typed values (HTMX), calculated by the same function as the stored one; saves nothing."""
    found = seen(viewer_of(request), pk)
    form, rows = HeadForm(request.POST, inventory=found), RowSet(request.POST)
    typed = [row for row in rows.texts() if not row.is_empty]
    told = filled(form.head(), typed, factors_now())
    context = {
        **result_context(told.content, found.year, selectors.year_before(found)),
        "missing": [text for _, text in told.lines],
        "live": True,
    }
    return render(request, "carbon/inventories/_result.html", context)


@require_POST
def inventory_paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Append rows copied from a spreadsheet."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = PasteForm(request.POST)
    if form.is_valid():
        try:
            pasted = rows_of_paste(form.cleaned_data["pasted"], found.year, factors_now())
            count = services.add_rows(inventory=found, rows=pasted.rows, version=form.cleaned_data["version"], by=viewer.user)
        except WrongPasteError as wrong:
            form.add_error("pasted", wrong.lines)
        except Refused as refused:
            return FILE.again(request, pk, refused, paste_form=form)
        else:
            return FILE.done(request, pk, "；".join([f"已追加{count}行", *pasted.aside]))
    return FILE.invalid(request, pk, may=selectors.may_fill(viewer.held, found), paste_form=form, errors=form)


@require_POST
def inventory_as_last(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin as the inventory of the year before."""
    return _filled(request, pk, services.as_last_year, "已沿用上一年度的{}行；请填写各行本年的活动量，以及常住人口和地区生产总值")


@require_POST
def inventory_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what was taken over from last year: the posted row, else everything that the page showed."""
    shown = request.POST.getlist("row")
    fill = partial(services.confirm_carried, rows=[key for key in shown if key], head="" in shown)
    return _filled(request, pk, fill, "已确认{}项沿用的内容")


@require_POST
def inventory_metered(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy the year's metered consumption into rows."""
    return _filled(request, pk, services.take_metered, "已带入{}项计量用量；请核对部门和排放因子")


def _filled(request: HttpRequest, pk: int, fill: Callable[..., int], done: str) -> HttpResponse:
    """The page of the inventory after a service filled rows in, which gives their number for the words."""
    viewer = viewer_of(request)
    try:
        count = fill(inventory=seen(viewer, pk), version=whole(request.POST.get("version"), -1), by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused)
    return FILE.done(request, pk, done.format(count))


@require_POST
def inventory_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the content by an uploaded file of the command ``carbon_inventory``."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    try:
        services.check_filling(found, viewer.user)  # before the file is read
    except NotAllowed as refused:
        return FILE.again(request, pk, refused)
    form = InventoryUpload(request.POST, request.FILES)
    if form.is_valid() and form.found.year == found.year - 1 and not form.cleaned_data["earlier"]:
        form.ask(found.year)
    if not form.is_valid():
        return FILE.invalid(request, pk, may=True, file_form=form, errors=form)
    data = form.cleaned_data
    try:
        count = services.take_file(inventory=found, found=form.found, version=data["version"], by=viewer.user, earlier=data["earlier"])
    except Refused as refused:
        return FILE.again(request, pk, refused, file_form=InventoryUpload(initial={"version": found.version}))
    return FILE.done(request, pk, f"已读入{count}行")


@require_safe
def inventory_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the inventory as YAML for the command; the download is audited."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    audit.record(action="carbon.export", by=viewer.user, obj=found, data={"kind": "yaml"})
    return as_file(selectors.file_of(found).encode(), f"{found}.yaml", "application/yaml")


@require_safe
def inventory_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the rows as a workbook that can be filled in and imported; the download is audited."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    audit.record(action="carbon.export", by=viewer.user, obj=found, data={"kind": "xlsx"})
    return as_workbook(workbook.inventory_book(found, selectors.texts_of(found)), f"{found}.xlsx")


def _shown(found: CarbonInventory) -> dict[str, Any]:
    hrefs = {what: reverse(f"carbon:inventory_{what}", args=[found.pk]) for what in ("export", "import", "apply")}
    hrefs["list"] = reverse("carbon:inventory", args=[found.pk])
    return {"inventory": found, "book": workbook.BOOK, "hrefs": hrefs}


PAGE = ListPage(
    "carbon.inventories", "另一份清单", "carbon/inventories/workbook_import.html",
    workbook.InventoryReader, _shown,
    book=lambda found, rows: workbook.inventory_book(found, (), rows),
    bodies=lambda viewer, found: {found.district.applicant_id} - {None} or viewer.held.organisation_ids,
)  # fmt: skip


def _to_fill(request: HttpRequest, pk: int) -> CarbonInventory:
    """An inventory that the person may edit now. Raises ``Http404`` and ``NotAllowed``."""
    found = seen(viewer_of(request), pk)
    services.check_filling(found, signed_in(request))
    return found


def inventory_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a workbook and preview its changes cell by cell; nothing is written yet."""
    found, person = seen(viewer_of(request), pk), signed_in(request)
    return PAGE.received(request, found, partial(services.check_filling, found, person), (NotAllowed,))


@require_POST
def inventory_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the previewed changes, or download the rows that were refused."""
    found = _to_fill(request, pk)
    if "returned" in request.POST:
        return PAGE.copy(request, found, f"{found}（退回）.xlsx")
    work = PAGE.work(request, found)
    works = work["works"]
    rows = workbook.changed_rows(found, works)
    carried = work["source"].get("earlier", "").startswith(f"{found.year - 1}年度")
    count = services.add_rows(inventory=found, rows=rows, version=works[0]["version"], by=signed_in(request), carried=carried)
    return PAGE.done(request, found, f"已按工作簿写入{count}行", reverse("carbon:inventory", args=[found.pk]))


@require_POST
def inventory_explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain what is asked about the figures."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)

    def keep(explanation: str, version: int) -> None:
        services.explain(inventory=found, text=explanation, version=version, by=viewer.user)

    return FILE.entered(request, pk, "explaining", ExplainForm(request.POST), keep, "说明已保存", may=True)


@require_POST
def inventory_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the next edition of a filed inventory."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = InventoryCorrectionForm(request.POST)
    if not form.is_valid():
        return FILE.invalid(request, pk, may=selectors.may_open(viewer.held, found.district), correction=form, errors=form)
    try:
        made = services.correct(inventory=found, reason=form.cleaned_data["reason"], by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused, correction=form)
    return FILE.done(request, made.pk, f"已建立第{made.edition}版")


@require_POST
def inventory_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard a draft."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    drop, may = partial(services.drop, inventory=found, by=viewer.user), selectors.may_drop(viewer.held, found)
    back, loss = reverse("carbon:inventory", args=[pk]), "草稿和已填的全部行一并删除，不能恢复。"
    return deleted(request, str(found), drop, back=back, to="carbon:inventory_list", loss=loss, may=may)


@require_POST
def inventory_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)
