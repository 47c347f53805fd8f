"""What a district has at all: its page asks with the reader's rights only for kinds of rows of which there are any."""

import datetime as dt
from typing import Any

from django.db.models import CharField, Exists, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from approvals.cases.models.cases import CLOSED_STATES, Case
from assessments.common.enums import YearlyReportKind
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.tables.models import ScoreTable
from assessments.yearly_reports.models import YearlyReport
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import FILED
from districts.common.enums import SystemStatus
from districts.file.models.district import ConsultantMandate, District, ExternalHonour
from districts.indicator_systems.models import IndicatorSystem
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core import memoisation
from greendistrict.core.django_internals import Compiled
from greendistrict.documents.models import Evidence

EXPIRING_DAYS = 60
ANY = "any_"  # before the name of a kind, which may be that of a relation


def present_in(district: District, today: dt.date) -> frozenset[str]:
    """Names of the kinds (``_kinds``) of which the district has a row, whoever may read it; one query for a page."""
    return memoisation.once(_present, district.pk, today)


def _present(district: int, today: dt.date) -> frozenset[str]:
    [found] = PRESENT.read(district, f"{District._meta.label_lower}:{district}", today, today + dt.timedelta(days=EXPIRING_DAYS))
    return frozenset(name.removeprefix(ANY) for name, is_there in found.items() if is_there)


def expiring_in(district: int, subject: str, first: dt.date, last: dt.date) -> QuerySet[Evidence]:
    """Newest versions of files of the district (``subject``) and of its score tables that expire in these days."""
    label = Concat(Value(f"{ScoreTable._meta.label_lower}:"), Cast("pk", CharField()))
    tables = ScoreTable.objects.filter(district=district).order_by().values(owner=label)
    owned = Q(owner=subject) | Q(owner__in=tables)
    return Evidence.objects.filter(owned, valid_to__range=(first, last), replaced_by__isnull=True)


def _kinds(district: int, subject: str, first: dt.date, last: dt.date) -> dict[str, QuerySet[Any]]:
    return {
        "mandates": ConsultantMandate.objects.filter(district=district),
        "honours": ExternalHonour.objects.filter(district=district),
        "yearly_plans": ImplementationPlan.objects.filter(districts=district, filed_on__isnull=False),
        "scores": SelfCheck.objects.filter(district=district, status=SelfCheckState.RECEIVED),
        "system": IndicatorSystem.objects.filter(district=district, status=SystemStatus.APPROVED),
        "inventories": CarbonInventory.objects.filter(FILED, district=district),
        "verifications": YearlyReport.objects.filter(district=district, kind=YearlyReportKind.CARBON),
        "cases": Case.objects.filter(district=district).exclude(status__in=CLOSED_STATES),
        "expiring": expiring_in(district, subject, first, last),
    }


def _read(district: int, subject: str, first: dt.date, last: dt.date) -> QuerySet[Any, Any]:
    kinds = {f"{ANY}{name}": Exists(rows) for name, rows in _kinds(district, subject, first, last).items()}
    found: QuerySet[Any, Any] = District.objects.filter(pk=district).order_by().values(**kinds)
    return found


PRESENT = Compiled(_read, -1, "subject", dt.date.min, dt.date.max)
