"""Recomputing all scores, compared with a plain loop over the same scoring."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import inputs_of, rows_of
from assessments.versions.services import recompute
from indicators.editions.selectors import rules_for
from indicators.scoring.engine import score
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of

STORE = """
    UPDATE assessments_scoretable AS t SET result = n.result::jsonb
    FROM unnest(%s::bigint[], %s::text[]) AS n (id, result) WHERE t.id = n.id
"""


def recomputing(tables: Sequence[int], effort: Effort) -> BenchRow:
    """Recompute all scores, compared with one fetch, a plain loop over the same scoring and one UPDATE."""
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
    """Raise ``BenchError`` if both ways give different results."""
    sample = list(itertools.islice(keys, 3))
    straight = _straight(sample)
    _ours(sample)
    if dict(ScoreTable.objects.filter(pk__in=sample).values_list("pk", "result")) != straight:
        msg = "recompute and the straight loop disagree"
        raise BenchError(msg)
