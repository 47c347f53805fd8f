"""Pages of the standards: the list of editions, one edition with its clauses."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from greendistrict.accounts.models import User
from indicators import selectors
from indicators.explain import words
from indicators.forms import ClauseFilter
from indicators.models import Chapter, Clause, Edition

METHODS = {"weighted": "各章得分加权相加，另加加分", "sum": "各章分值直接相加，另加加分"}


@dataclass(frozen=True)
class ClauseRow:
    """A clause with its rule in words and the tables it stands in."""

    clause: Clause
    rule: str
    applies: str


@dataclass(frozen=True)
class ChapterBlock:
    """A chapter with its weights in the order of the tables and the clauses that were asked for."""

    chapter: Chapter
    weights: list[float | None]
    rows: list[ClauseRow]


@login_required
def edition_list(request: HttpRequest) -> HttpResponse:
    """Show every edition with its state and marks."""
    editions = selectors.editions_with_counts(_person(request))
    return render(request, "indicators/edition_list.html", {"editions": editions})


@login_required
def edition_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one edition: facts, weights, what is missing, clauses by chapter."""
    edition = get_object_or_404(selectors.editions_visible_to(_person(request)), pk=pk)
    form = ClauseFilter(request.GET or None, edition=edition)
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    clauses = selectors.clauses_matching(edition, kind=wanted.get("kind", ""), stage=wanted.get("stage", ""), query=wanted.get("q", ""))
    blocks = _blocks(edition, list(clauses))
    context = {
        "edition": edition,
        "form": form,
        "blocks": blocks,
        "tables": [f"{kind}{stage}" for kind in edition.type_labels.values() for stage in edition.stage_labels.values()],
        "method": METHODS.get(edition.total.get("method", ""), ""),
        "shown": sum(len(block.rows) for block in blocks),
        "searched": any(wanted.values()),
    }
    return render(request, "indicators/edition_detail.html", context)


def _person(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        msg = "pages of the standards are for people signed in"
        raise TypeError(msg)
    return user


def _blocks(edition: Edition, clauses: list[Clause]) -> list[ChapterBlock]:
    rows: dict[int, list[ClauseRow]] = {}
    for clause in clauses:
        rows.setdefault(clause.chapter_id, []).append(ClauseRow(clause, _rule(edition, clause), _applies(edition, clause)))
    return [ChapterBlock(one, _weights(edition, one), rows.get(one.pk, [])) for one in selectors.chapters_for(edition)]


def _rule(edition: Edition, clause: Clause) -> str:
    if clause.rule is None or not edition.complete:
        return "未录全"
    return words(clause.rule, clause.value, clause.points or Decimal(0))


def _applies(edition: Edition, clause: Clause) -> str:
    """Name the tables, or nothing when it stands in all."""
    kinds = [label for key, label in edition.type_labels.items() if key in clause.applies["types"]]
    stages = [label for key, label in edition.stage_labels.items() if key in clause.applies["stages"]]
    if len(kinds) == len(edition.types) and len(stages) == len(edition.stages):
        return ""
    return f"{'、'.join(kinds)} · {'、'.join(stages)}"


def _weights(edition: Edition, chapter: Chapter) -> list[float | None]:
    weight = chapter.weight or {}
    return [(weight.get(kind) or {}).get(stage) for kind in edition.type_labels for stage in edition.stage_labels]
