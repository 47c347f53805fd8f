"""First day of use of the portal (setting ``obligations_from``): earlier duties show 无记录 and are never 逾期."""

import datetime as dt

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, memoisation
from greendistrict.policy import parameters


def first_day_in_use() -> dt.date:
    """First day of use: the confirmed setting, otherwise the day of the first audit record; memoised per page."""
    return memoisation.once(_read)


def _read() -> dt.date:
    value = str(parameters.load(clock.today())["obligations_from"].value)
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        first = AuditRecord.objects.order_by("pk").values_list("at", flat=True).first()
        return first.astimezone(clock.SHANGHAI).date() if first else clock.today()
