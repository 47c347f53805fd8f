"""The own result of a table as a fragment, for pages that are rendered below the features of this app."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assessments.score_page.selectors.table_page import own_result
from assessments.tables.models import ScoreTable
from greendistrict.accounts.viewer import Viewer


def own_result_shown(viewer: Viewer, table: ScoreTable) -> SafeString:
    """What ``{% own_result_of %}`` shows; empty if the user may not see the table."""
    return render_to_string("assessments/score_page/_own_result.html", {"own": own_result(viewer, table)})
