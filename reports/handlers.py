"""Handlers of steps of other apps."""

from typing import Any

from django.db.models import Model

from greendistrict.accounts.models import User
from reports import services
from reports.enums import ReportKind


def report_received(*, obj: Any, by: User | None, **_: Any) -> None:
    """A received self-check has its report made, once."""
    key = f"report:self-check:{obj.pk}:{obj.filed_at:%Y%m%d%H%M%S}"
    services.request_report(kind=ReportKind.ANNUAL_DISTRICT, year=obj.year, by=by, district=obj.district, key=key)


def nobody(user: User, obj: Model) -> bool:
    """Files of a report are made by the worker alone."""
    del user, obj
    return False
