"""Pages of editions and of keeping them."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.spreadsheets import XLSX
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import StepPage, act
from greendistrict.workflow.procedure import offered
from indicators.catalogue import EditionVerdict, Parsed
from indicators.catalogue.normal_form import text_of
from indicators.editions import lifecycle, selectors, services
from indicators.editions.columns import EDITION_LIST
from indicators.editions.forms import ClauseFilter, EditionUpload
from indicators.editions.lifecycle import EDITION, may_draft
from indicators.editions.models import BasisCertainty, Clause, Edition, EditionStatus
from indicators.editions.upload import parse_upload
from indicators.editions.workbook.build import blank_workbook, workbook_of
from indicators.scoring.explain import steps_of, words

# Read standards: list of editions, one edition with its clauses, one clause with its rule.

METHODS = {"weighted": "各章得分加权相加，另加加分", "sum": "各章分值直接相加，另加加分"}


@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """Show every edition with its state and marks."""
    viewer = viewer_of(request)
    rows = EDITION_LIST.read(selectors.editions_with_counts(viewer))
    shown = EDITION_LIST.html(rows, viewer.today, RowAddress("indicators:edition_detail")) if rows else None
    return render(request, "indicators/editions/edition_list.html", {"shown": shown, "drafts": lifecycle.may_draft(viewer.held)})


@require_safe
def edition_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one edition: facts, weights, what is missing, clauses by chapter, what can be done with it."""
    viewer = viewer_of(request)
    edition = get_object_or_404(selectors.editions_visible_to(viewer), pk=pk)
    return render(request, "indicators/editions/edition_detail.html", detail_context(viewer, edition, request.GET))


def detail_context(viewer: Viewer, edition: Edition, query: Any = None) -> dict[str, Any]:
    """Context of the page; the buttons offered are exactly the steps that ``take`` would permit."""
    form = ClauseFilter(query or None, edition=edition)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    clauses = selectors.clauses_matching(edition, kind=wanted.get("kind", ""), stage=wanted.get("stage", ""), query=wanted.get("q", ""))
    rows: dict[int, list[dict[str, Any]]] = {}
    for clause in clauses:
        line = {"clause": clause, "rule": _rule(edition, clause), "applies": _applies(edition, clause)}
        rows.setdefault(clause.chapter_id, []).append(line)
    blocks = []
    for chapter in selectors.chapters_for(edition):
        weight = chapter.weight or {}
        weights = [(weight.get(kind) or {}).get(stage) for kind in edition.type_labels for stage in edition.stage_labels]
        blocks.append({"chapter": chapter, "weights": weights, "rows": rows.get(chapter.pk, [])})
    keeps = lifecycle.may_draft(viewer.held) or lifecycle.may_publish(viewer.held)
    entries = []
    for record in reversed(timeline.of_subject(edition)) if keeps else ():
        who = "　".join(filter(None, (record.organisation, record.actor_name)))
        entries.append({"at": record.at, "title": timeline.action_label(record), "who": who, "note": record.reason})
    return {
        "edition": edition,
        "state": EDITION.state(edition.status),
        "form": form,
        "blocks": blocks,
        "tables": [f"{kind}{stage}" for kind in edition.type_labels.values() for stage in edition.stage_labels.values()],
        "method": METHODS.get(edition.total.get("method", ""), ""),
        "shown": sum(map(len, rows.values())),
        "searched": any(wanted.values()),
        "offered": offered(edition, viewer.user),
        "action_url": reverse("indicators:edition_action", args=[edition.pk]),
        "keeps": keeps,
        "takes_out": lifecycle.may_take_out(viewer.held, edition),
        "drafts": lifecycle.may_draft(viewer.held) and edition.status == EditionStatus.DRAFT,
        "entries": entries,
    }


@require_safe
def clause(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one clause: requirement, its rule step by step, evidence, method, bases, what it shares and when it may leave."""
    found = get_object_or_404(selectors.clauses_visible_to(viewer_of(request)), pk=pk)
    edition = found.edition
    item = selectors.rules_for(edition).items[found.item_id] if edition.complete else None
    around = selectors.clauses_around(found)
    context = {
        "clause": found,
        "edition": edition,
        "rule": _rule(edition, found),
        "steps": steps_of(item, None) if item else (),
        "applies": _applies(edition, found),
        "bases": [(entry, BasisCertainty(entry["certainty"]).label) for entry in found.basis],
        **around,
    }
    return render(request, "indicators/editions/clause.html", context)


def _rule(edition: Edition, clause: Clause) -> str:
    if clause.rule is None or not edition.complete:
        return "未录全"
    return words(clause.rule, clause.value, clause.points or Decimal(0))


def _applies(edition: Edition, clause: Clause) -> str:
    """Names of the tables that contain the clause; empty if all do."""
    kinds = [label for key, label in edition.type_labels.items() if key in clause.applies["types"]]
    stages = [label for key, label in edition.stage_labels.items() if key in clause.applies["stages"]]
    if len(kinds) == len(edition.types) and len(stages) == len(edition.stages):
        return ""
    return f"{'、'.join(kinds)} · {'、'.join(stages)}"


# Maintain standards: import with all problems at once, steps of an edition, export.

UNPROCESSABLE = 422
DONE = {
    "check": "已校核，交审定发布",
    "publish": "已发布，城区可以选用",
    "revise": "已退回草稿",
    "freeze": "已锁定，内容不再改变",
    "supersede": "已标为被代替，仍可查阅",
}
SURE = {
    "publish": "发布后城区即可选用{edition}。内容是否已逐条核对？",
    "revise": "退回后城区不能再选用{edition}，直到重新发布。确认退回草稿？",
    "freeze": "锁定后{edition}的内容不能再改，修订应另立编号。确认锁定？",
    "supersede": "此后城区不能再选用{edition}，不能恢复。确认被代替？",
}


def edition_import(request: HttpRequest) -> HttpResponse:
    """Import an edition as a draft, or show all problems of the file and store nothing."""
    viewer = viewer_of(request)
    NotAllowed.unless(may_draft(viewer.held), "评价标准由经办导入")
    if request.method != "POST":
        return _import_page(request, EditionUpload())
    form = EditionUpload(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, form, status=UNPROCESSABLE)
    return _take_in(request, form, viewer.user)


def _take_in(request: HttpRequest, form: EditionUpload, user: User) -> HttpResponse:
    parsed = None
    try:
        parsed = parse_upload(form.cleaned_data["file"])
        if parsed.verdict is EditionVerdict.INVALID:
            return _import_page(request, form, parsed, status=UNPROCESSABLE)
        done = services.import_document(parsed=parsed, by=user, replace=form.cleaned_data["replace"])
    except Refused as refused:
        for refusal in refused.refusals:
            form.add_error(refusal.field or None, refusal.text)
        return _import_page(request, form, parsed, status=refused.status)
    code, gaps = done.edition.code, len(parsed.problems)
    said = f"{code} 已导入为草稿" + (f"，未录全，缺{gaps}处" if gaps else "") if done.changed else f"{code} 内容未变，没有改动"
    return redirect_saying(request, said, "indicators:edition_detail", done.edition.pk)


def _import_page(request: HttpRequest, form: EditionUpload, parsed: Parsed | None = None, *, status: int = 200) -> HttpResponse:
    wrong = [problem for problem in parsed.problems if problem.kind == "invalid"] if parsed else []
    gaps = [problem for problem in parsed.problems if problem.kind != "invalid"] if parsed else []
    context = {"form": form, "parsed": parsed, "wrong": wrong, "gaps": gaps, "name": getattr(form.files.get("file"), "name", "")}
    return render(request, "indicators/editions/edition_import.html", context, status=status)


@require_POST
def edition_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step; a refusal shows the edition again with all reasons and the input."""
    edition = get_object_or_404(selectors.editions_visible_to(viewer_of(request)), pk=pk)
    detail = reverse("indicators:edition_detail", args=[pk])
    page = StepPage(
        back=detail,
        again=lambda refused, **typed: _again(request, pk, refused, **typed),
        done=lambda offer: redirect_saying(request, DONE[offer.action] if offer else "已办理", detail),
        question=lambda offer: SURE[offer.action].format(edition=edition.code),
        crumbs=(("评价标准", reverse("indicators:edition_list")), (edition.code, detail)),
    )
    return act(request, edition, page)


def _again(request: HttpRequest, pk: int, refused: Refused | None, **typed: Any) -> HttpResponse:
    if refused is not None:
        typed["errors"] = [refusal.text for refusal in refused.refusals]
    viewer = viewer_of(request)
    edition = get_object_or_404(selectors.editions_visible_to(viewer), pk=pk)
    context = {**detail_context(viewer, edition), **typed}
    return render(request, "indicators/editions/edition_detail.html", context, status=refused.status if refused else UNPROCESSABLE)


@require_safe
def edition_yaml(request: HttpRequest, pk: int) -> HttpResponse:
    """Download an edition as a YAML file that imports as the same edition."""
    edition = _taken_out(viewer_of(request), pk)
    return _file(text_of(edition.document).encode(), "application/yaml", f"{edition.code}.yaml")


@require_safe
def edition_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Download an edition as a workbook that imports as the same edition."""
    edition = _taken_out(viewer_of(request), pk)
    return _file(workbook_of(edition.document), XLSX, f"{edition.code}.xlsx")


def _taken_out(viewer: Viewer, pk: int) -> Edition:
    """The edition whose whole text is downloaded. Raises ``Http404``, ``NotAllowed``."""
    edition = get_object_or_404(selectors.editions_visible_to(viewer).select_related("stored"), pk=pk)
    NotAllowed.unless(lifecycle.may_take_out(viewer.held, edition), "标准条文有著作权，全文由市级经办、审定导出；条文可以在本页查阅")
    return edition


@require_safe
def edition_template(_request: HttpRequest) -> HttpResponse:
    """Download an empty workbook in which to enter an edition."""
    return _file(blank_workbook(), XLSX, "评价标准模板.xlsx")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    plain = re.sub(r'[\\/:*?"<>|\s]+', "-", name)
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(plain)}"
    return response
