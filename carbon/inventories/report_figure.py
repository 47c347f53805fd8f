"""One sentence with the carbon figures of a year, for the district's operation report."""

import datetime as dt
from decimal import Decimal

from assessments.self_checks.registry import LiveFigure
from assessments.yearly_reports.models import YearlyReport
from carbon.inventories.content import shown_sectors
from carbon.inventories.enums import InventoryState
from carbon.inventories.models import CarbonInventory
from greendistrict.core.rounding import fixed


def _inventory(report: YearlyReport, _today: dt.date) -> str:
    """Sentence from the valid edition as filed; empty if there is none."""
    filed = CarbonInventory.objects.filter(status=InventoryState.FILED, district=report.district_id, year=report.year)
    found = filed.order_by("-edition").values_list("frozen__content", flat=True).first()
    if found is None:
        return ""
    counted = [one for one in shown_sectors(found) if Decimal(one[1])]
    sectors = "、".join(f"{title}{_grouped(tonnes)}tCO₂e{'（扣减）' if subtracted else ''}" for title, tonnes, subtracted in counted)
    per = f"，单位面积{found['per_m2_kg']}kgCO₂e/m²" if found["per_m2_kg"] else ""
    return f"{report.year}年度碳排放清单核算的排放总量{_grouped(found['total'])}tCO₂e{per}{f'，其中{sectors}' if sectors else ''}"


def _grouped(tonnes: str) -> str:
    return fixed(Decimal(tonnes), grouped=True)


INVENTORY = LiveFigure("inventory", "碳排放清单", frozenset({"carbon"}), _inventory)
