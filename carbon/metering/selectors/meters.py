"""Meters, reading files and tokens."""

import hashlib

from django.db.models import OuterRef, QuerySet, Subquery

from carbon.metering.models import Meter, MeterToken, MonthlyConsumption, ReadingImport
from districts.common.enums import QueuedState
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer


def meters_visible_to(viewer: Viewer) -> QuerySet[Meter]:
    """Meters of the districts whose file the person reads."""
    return Meter.objects.filter(district__in=files_visible_to(viewer))


def meter_list(district: District) -> QuerySet[Meter]:
    """Meters of a district with the last month that has readings."""
    last = MonthlyConsumption.objects.filter(meter=OuterRef("pk")).order_by("-month").values("month")[:1]
    rows = Meter.objects.filter(district=district).select_related("plot", "work", "parent")
    return rows.annotate(last_month=Subquery(last)).order_by("carrier", "code")


def has_readings(meter: Meter) -> bool:
    """Whether the meter has any reading."""
    return meter.readings.exists()


def may_be_parents(district: District, meter: Meter | None) -> QuerySet[Meter]:
    """Meters of the district that can be the parent of a meter."""
    rows = Meter.objects.filter(district=district).order_by("code")
    return rows.exclude(pk=meter.pk) if meter else rows


def is_below(meter: Meter, other: Meter) -> bool:
    """Whether a meter is a descendant of another one."""
    above: Meter | None = meter.parent
    while above is not None:
        if above.pk == other.pk:
            return True
        above = above.parent
    return False


def imports_of(district: District) -> list[ReadingImport]:
    """Latest reading files of a district, without their content."""
    return list(ReadingImport.objects.filter(district=district).select_related("by").defer("content")[:10])


def open_imports(district: District) -> QuerySet[ReadingImport]:
    """Files that wait for the worker or for confirmation; files without new readings are left out."""
    states = (QueuedState.WAITING, QueuedState.READ, QueuedState.ORDERED)
    waiting = ReadingImport.objects.filter(district=district, state__in=states)
    return waiting.exclude(state=QueuedState.READ, seen__added=0, seen__changed=0).defer("content")


def digest_of(secret: str) -> str:
    """Digest under which a token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(secret: str) -> MeterToken | None:
    """The token of a secret, unless it is revoked or its maker's account is closed. What its maker may still do asks whoever takes it."""
    tokens = MeterToken.objects.select_related("district", "made_by")
    return tokens.filter(digest=digest_of(secret), revoked_at=None, made_by__is_active=True).first()
