"""Sub-areas, papers, funds, honours and acts as pages show them."""

from decimal import Decimal
from typing import Any

from districts.common.enums import FundState
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody


def file_context(district: District) -> dict[str, Any]:
    """The four lists and the acts, with the money that counts; a constant number of queries."""
    funds = list(district.funds.all())
    areas = list(district.sub_areas.all())
    return {
        "sub_areas": areas,
        "sub_area_total": sum((area.area_km2 for area in areas if area.area_km2 is not None), Decimal(0)),
        "papers": list(district.papers.all()),
        "funds": funds,
        "fund_totals": [
            (state.label, sum((fund.amount for fund in funds if fund.state == state), Decimal(0)))
            for state in FundState
            if any(fund.state == state for fund in funds)
        ],
        "honours": list(district.honours.order_by("-granted_on", "pk")),
        "acts": list(district.acts.select_related("entered_by")),
        "bodies": list(
            DesignatedBody.objects.filter(authority__districts_led=district, until__isnull=True).select_related("authority").order_by("pk")
        ),
    }
