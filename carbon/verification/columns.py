"""Columns of a verification, and its list on pages."""

import datetime as dt
from typing import Any

from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification, VerificationConclusion
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, MomentColumn, StateColumn


def signed_conclusion(row: Any, _today: dt.date) -> str:
    """The conclusion, once it is signed."""
    return str(VerificationConclusion(row.conclusion).label) if row.signed_at else ""


VERIFICATION = Columns(
    CarbonVerification,
    district=TextColumn(source="district__name", label="城区"),
    year=YearColumn(),
    body=TextColumn(source="body__name", label="核查机构"),
    status=StateColumn(CARBON_VERIFICATION.state, CARBON_VERIFICATION.choices),
    conclusion=ComputedColumn("核查结论", signed_conclusion, ("conclusion", "signed_at"), empty="—"),
    mandated_at=MomentColumn(),
    signed_at=MomentColumn(),
)
VERIFICATION_LIST = ListTable(
    VERIFICATION, *VERIFICATION, caption="碳核查委托", order=("-year", "district__name_pinyin", "-pk"), demo="district__is_demo"
)
