"""States as papers print them: what is being filled in is not filed yet (pure)."""

from assessments.tables.models import TableState

FILLING_IN, UNFILED = str(TableState.OPEN.label), "未报送"


def printed_state(label: str) -> str:
    """The label of a state without the portal's word for a form that somebody fills in."""
    return label.replace(FILLING_IN, UNFILED)
