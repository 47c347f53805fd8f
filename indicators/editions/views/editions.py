"""Read standards: list of editions, one edition with its clauses, one clause with its rule."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import offered
from indicators.editions import rules, selectors
from indicators.editions.columns import EDITION_LIST
from indicators.editions.enums import BasisCertainty
from indicators.editions.forms import ClauseFilter
from indicators.editions.lifecycle import EDITION
from indicators.editions.models import Chapter, Clause, Edition
from indicators.scoring.explain import steps_of, words

METHODS = {"weighted": "各章得分加权相加，另加加分", "sum": "各章分值直接相加，另加加分"}


@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """Show every edition with its state and marks."""
    viewer = viewer_of(request)
    rows = EDITION_LIST.read(selectors.editions_with_counts(viewer))
    shown = EDITION_LIST.html(rows, viewer.today, RowAddress("indicators:edition_detail")) if rows else None
    return render(request, "indicators/editions/edition_list.html", {"shown": shown, "drafts": rules.may_draft(viewer.held)})


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
    blocks = [
        {"chapter": chapter, "weights": _weights(edition, chapter), "rows": rows.get(chapter.pk, [])}
        for chapter in selectors.chapters_for(edition)
    ]
    held = viewer.held
    keeps = rules.may_draft(held) or rules.may_publish(held)
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
        "entries": [_entry(record) for record in reversed(timeline.of_subject(edition))] if keeps else [],
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


def _entry(record: TransitionRecord) -> dict[str, Any]:
    who = "　".join(filter(None, (record.organisation, record.actor_name)))
    return {"at": record.at, "title": timeline.action_label(record), "who": who, "note": record.reason}


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


def _weights(edition: Edition, chapter: Chapter) -> list[float | None]:
    weight = chapter.weight or {}
    return [(weight.get(kind) or {}).get(stage) for kind in edition.type_labels for stage in edition.stage_labels]
