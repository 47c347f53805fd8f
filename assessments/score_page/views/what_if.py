"""What-if calculation on a copy of a score table's values."""

from django.http import HttpRequest, HttpResponse

from assessments.score_page.selectors.table_rows import sheet_of
from assessments.tables.selectors.scoring import inputs_of
from assessments.tables.views import seen_table
from greendistrict.accounts.viewer import viewer_of
from indicators.scoring.values_file import ValuesFile
from indicators.what_if.views import trial_page


def score_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Try values on a copy of the rows the user sees (live or last frozen). Writes nothing."""
    viewer = viewer_of(request)
    table = seen_table(viewer, pk)
    sheet, version = sheet_of(viewer, table)
    found = inputs_of(table, sheet.scored.table.items, sheet.rows.values())
    start = ValuesFile(found.values, found.exclusions, found.absent)
    return trial_page(request, table.edition, table.type, table.stage, start=start, context={"table": table, "version": version})
