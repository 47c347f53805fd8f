"""Measured work without a browser: annual report and recomputing all scores."""

import dataclasses
import itertools
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import inputs_of, rows_of
from assessments.versions.services.tables import recompute
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import score
from reports.annual import figures
from reports.annual.documents import district_composition
from reports.common import render
from reports.composition.html import Html, html_of
from reports.composition.services import pdf_of
from tools.bench import server
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.seeding import Seeded

CODE = "00000000-0000-4000-8000-000000000000"
STORE = """
    UPDATE assessments_scoretable AS t SET result = n.result::jsonb
    FROM unnest(%s::bigint[], %s::text[]) AS n (id, result) WHERE t.id = n.id
"""


def report(seeded: Seeded, effort: Effort) -> list[BenchRow]:
    """The district's annual report, beside bare WeasyPrint on the same HTML; then four times as many indicators."""
    found = figures.report_figures(seeded.check)
    scores = figures.district_figures(seeded.check)
    composition = district_composition(found)
    longer = district_composition(dataclasses.replace(found, scores=dataclasses.replace(scores, items=scores.items * 4)))
    html = html_of(composition, code=CODE)
    server.forget_peak()
    ours = by_turns(lambda: lambda: _report(seeded), lambda: lambda: _bare(html), effort)
    peak = server.resident("self", "VmHWM")
    grown = by_turns(lambda: lambda: pdf_of(longer, code=CODE), lambda: lambda: pdf_of(composition, code=CODE), effort)
    notes = {"indicators": len(scores.items)}
    return [
        cost_of("annual report PDF of a district", ours, 1.15, memory=peak, notes=notes),
        cost_of("annual report PDF, 4 × the indicators / 1 ×", grown, 4.2, notes=notes),
    ]


def _report(seeded: Seeded) -> bytes:
    return pdf_of(district_composition(figures.report_figures(seeded.check)), code=CODE)


def _bare(html: Html) -> bytes:
    """WeasyPrint alone on the same pages, tagged and archivable like ours."""
    import weasyprint  # noqa: PLC0415 -- heavy; the web workers of the bench import this package too

    sheets = [weasyprint.CSS(string=html.css)]
    document = weasyprint.HTML(string=html.text, base_url=str(render.ALLOWED[1]) + "/")
    made: bytes = document.write_pdf(pdf_variant="pdf/a-3a", stylesheets=sheets)
    return made


def recomputing(tables: Sequence[int], effort: Effort) -> BenchRow:
    """All scores anew, beside one fetch, a straight loop over the same scoring and one UPDATE."""
    timing = by_turns(lambda: lambda: _ours(tables), lambda: lambda: _straight(tables), effort)
    _agree(tables)
    return cost_of(f"recompute of {len(tables)} tables", timing, 1.5)


def _tables(keys: Sequence[int]) -> list[ScoreTable]:
    return list(ScoreTable.objects.filter(pk__in=keys).select_related("district", "edition").order_by("pk"))


def _ours(keys: Sequence[int]) -> None:
    with transaction.atomic():
        for table in _tables(keys):
            recompute(table)


def _straight(keys: Sequence[int]) -> dict[int, Any]:
    tables = ScoreTable.objects.filter(pk__in=keys).select_related("district").defer("result", "district__boundary").order_by("pk")
    edition = ScoreTable.objects.select_related("edition").get(pk=keys[0]).edition
    rules, rows, results = rules_for(edition), rows_of(*keys), {}
    for table in tables:
        items = rules.table(table.type, table.stage).items
        given = inputs_of(table, items, rows[table.pk].values())
        results[table.pk] = score(rules, table.type, table.stage, given.values, given.exclusions, given.absent).as_json()
    with connection.cursor() as cursor:
        cursor.execute(STORE, [list(results), [json.dumps(result) for result in results.values()]])
    return results


def _agree(keys: Sequence[int]) -> None:
    """Raise ``BenchError`` when both ways give different results."""
    sample = list(itertools.islice(keys, 3))
    straight = _straight(sample)
    _ours(sample)
    if dict(ScoreTable.objects.filter(pk__in=sample).values_list("pk", "result")) != straight:
        msg = "recompute and the straight loop disagree"
        raise BenchError(msg)
