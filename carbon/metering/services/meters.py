"""Save meters, make and revoke tokens, fill gaps with estimates."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from carbon.metering import estimates
from carbon.metering.consumption import FIRST_DAY, ReadingPoint
from carbon.metering.enums import UNITS, Estimation, MeteredCarrier
from carbon.metering.models import Meter, MeterToken
from carbon.metering.rules import hold_metering
from carbon.metering.selectors.meters import digest_of, has_readings, is_below, points_around
from carbon.metering.services.readings import StoredReadings, store
from districts.file.models.district import District
from districts.file.services import assign, hold_constraints, locked
from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why, locked_person
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused

FIXED = ("carrier", "unit", "multiplier", "digits", "interval", "cumulative")  # fields that give stored readings their meaning
SECRET_BYTES = 32


@transaction.atomic
def save_meter(*, district: District, values: Mapping[str, Any], by: User, meter: Meter | None = None, version: int | None = None) -> Meter:
    """Add or change a meter. Raises ``NotAllowed``, ``Stale``, ``Refused`` with every contradiction."""
    hold_metering(posts_of(by), district)
    row = locked(meter, version) if meter else Meter(district=district, is_demo=district.is_demo)
    changed = assign(row, values)
    if refusals := _contradictions(row, changed):
        raise Refused(refusals)
    row.version += 1 if meter else 0
    hold_constraints(row)
    row.save()
    audit.record(action="carbon.save_meter", by=by, obj=row, data={"district": district.code, "changed": changed})
    return row


def _contradictions(row: Meter, changed: Mapping[str, Any]) -> list[Refusal]:
    contradictions = []
    if row.unit not in UNITS.get(row.carrier, ()):
        contradictions.append(Refusal(f"{MeteredCarrier(row.carrier).label}的单位应为：{'、'.join(UNITS[row.carrier])}", field="unit"))
    if row.begins < FIRST_DAY:
        contradictions.append(Refusal(f"启用日期不能早于{FIRST_DAY.year}年", field="begins"))
    if row.ends and row.ends < row.begins:
        contradictions.append(Refusal("停用日期不能早于启用日期", field="ends"))
    if row.parent and (row.parent.district_id != row.district_id or row.parent.pk == row.pk or (row.pk and is_below(row.parent, row))):
        contradictions.append(Refusal("总表应是本城区的另一个计量器具，且不能在本表之下", field="parent"))
    elif row.parent and row.parent.carrier != row.carrier:
        contradictions.append(_other_carrier(row, row.parent))
    if row.pk and "carrier" in changed and (part := row.parts.exclude(carrier=row.carrier).order_by("code").first()):
        what = f"本表之下还有其他计量对象的分表：“{part}”计量{_named(part.carrier)}"
        contradictions.append(Refusal(what, remedy=f"请先修改分表“{part}”", field="carrier", href=_page(part)))
    if any(place and place.district_id != row.district_id for place in (row.plot, row.work)):
        contradictions.append(Refusal("所在地块和市政设施应是本城区的", field="plot"))
    if row.plot and row.work:
        contradictions.append(Refusal("地块和市政设施只选一个", field="work"))
    if row.pk and set(changed) & set(FIXED) and has_readings(row):
        names = [str(row._meta.get_field(name).verbose_name) for name in FIXED if name in changed]  # type: ignore[union-attr]  # plain fields
        contradictions.append(
            Refusal(
                f"已有读数，不能改：{'、'.join(names)}。换表请停用本表、登记新表", field=next(name for name in FIXED if name in changed)
            )
        )
    return contradictions


def _other_carrier(row: Meter, parent: Meter) -> Refusal:
    what = f"总表“{parent}”计量{_named(parent.carrier)}，本表计量{_named(row.carrier)}；分表只能在同一计量对象的总表之下"
    return Refusal(what, remedy=f"请为本表另选总表，或先修改总表“{parent}”", field="parent", href=_page(parent))


def _page(meter: Meter) -> str:
    return reverse("carbon:meter_edit", args=[meter.district.code, meter.pk])


def _named(carrier: str) -> str:
    return str(MeteredCarrier(carrier).label)


def against_deleting(meter: Meter) -> list[Refusal]:
    """Why a meter is kept: it has readings or sub-meters."""
    if has_readings(meter):
        return [Refusal("已有读数的计量器具不能删除，请填写停用日期")]
    return [Refusal("还有分表在本表之下，请先修改分表")] if meter.parts.exists() else []


@transaction.atomic
def delete_meter(*, meter: Meter, by: User) -> None:
    """Delete a meter. Raises ``NotAllowed``, ``Refused`` with what ``against_deleting`` finds."""
    hold_metering(posts_of(by), meter.district)
    row = locked(meter, None)
    if found := against_deleting(row):
        raise Refused(found)
    audit.record(action="carbon.delete_meter", by=by, obj=row, data={"district": meter.district.code})
    row.delete()


@transaction.atomic
def make_token(*, district: District, label: str, by: User) -> str:
    """Make a token for a system that writes readings; the secret is returned once. Raises ``NotAllowed``."""
    hold_metering(posts_of(locked_person(by)), district)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = MeterToken.objects.create(district=district, label=label, digest=digest_of(secret), made_by=by, made_at=clock.now())
    audit.record(action="carbon.make_meter_token", by=by, obj=token, data={"district": district.code})
    return secret


def end_tokens(person: User, _why: Why) -> int:
    """Revoke the tokens that a person made whose rights have ended; returns how many there were."""
    return MeterToken.objects.filter(made_by=person, revoked_at=None).update(revoked_at=clock.now())


@transaction.atomic
def revoke_token(*, token: MeterToken, by: User) -> None:
    """Revoke a token immediately. Raises ``NotAllowed``, ``Refused`` if it has ended already."""
    hold_metering(posts_of(by), token.district)
    row = MeterToken.objects.select_for_update(no_key=True).get(pk=token.pk)
    Refused.when(row.revoked_at, "令牌已经收回")
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    audit.record(action="carbon.revoke_meter_token", by=by, obj=row, data={"district": token.district.code})


@transaction.atomic
def fill_gap(*, meter: Meter, after: dt.datetime, method: str, by: User) -> StoredReadings:
    """Estimate the readings missing after a stored one, up to the next. Raises ``NotAllowed``, ``Refused`` if nothing can be estimated."""
    hold_metering(posts_of(by), meter.district)
    Refused.unless(method in estimates.METHODS, "请选择估算方法")
    around = points_around({meter.pk: (after - estimates.WEEK, after)})[meter.pk]
    one = next((point for point in around if point.at == after), None)
    other = next((point for point in around if point.at > after), None)
    if one is None or other is None:
        msg = "缺数的前后都要有读数，才能估算"
        raise Refused(msg)
    made = _estimated(meter, one, other, method)
    Refused.unless(made, "没有可以补的间隔，或者上周同时段没有读数")
    done = store(((meter.pk, point.at, point.value, point.estimated) for point in made), by=by, reason="")
    audit.record(action="carbon.estimate_readings", by=by, obj=meter, data={"method": str(Estimation(method).label), "count": len(made)})
    return done


def _estimated(meter: Meter, one: ReadingPoint, other: ReadingPoint, method: str) -> list[ReadingPoint]:
    if method == Estimation.LINEAR:
        return estimates.linear(meter.spec, one, other)
    Refused.when(meter.cumulative, "累计示数请用线性内插")
    moments = estimates.missing_between(meter.spec, one, other)
    if not moments:
        return []
    known = points_around({meter.pk: (moments[0] - estimates.WEEK, moments[-1] - estimates.WEEK)})[meter.pk]
    return estimates.last_week(moments, {point.at: point.value for point in known if not point.estimated})
