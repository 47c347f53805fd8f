"""Form that sets which bodies must endorse (批复) an application."""

from typing import Any

from approvals.applications.models import EndorsementChoice
from approvals.cases.columns import CASE
from approvals.cases.models.cases import Case
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn


@with_columns(Columns(EndorsementChoice, reason=TextColumn(rows=3, most=1000)))
class ModeForm(ColumnsForm):
    """Which bodies must endorse the case, and the reason."""

    mode = CASE["endorsement_mode"].form_field()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"mode": case.endorsement_mode})
        super().__init__(*args, **kwargs)
