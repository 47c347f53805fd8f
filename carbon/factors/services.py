"""Add a version to the factor library."""

import datetime as dt

from django.db import transaction

from carbon.factors.models import AddedFactor
from carbon.factors.selectors import factors_now, may_add
from carbon.units import UnknownUnitError, factor_unit_of, measures_same, no_factor_unit_words
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.locks import one_at_a_time
from greendistrict.core.number_parsing import NumberError, parse_number, plain


@transaction.atomic
def add_version(
    *,
    key: str,
    name: str,
    since: int,
    value: str,
    unit: str,
    source: str,
    certainty: str,
    decision: str,
    decided_on: dt.date,
    by: User,
    published: dt.date | None = None,
) -> AddedFactor:
    """Add a version that was decided; inventories use it once another person has checked it, filed ones are not recalculated.

    Raises ``NotAllowed``, ``Refused`` with every reason.
    """
    NotAllowed.unless(may_add(posts_of(by)), "只有市级审定可以增加因子版本")
    one_at_a_time("carbon.factors")
    against = _against(key, name, since, value, unit)
    if decided_on > clock.today():
        against.append(Refusal("决定日期不能晚于今天", field="decided_on"))
    if against:
        raise Refused(against)
    known = factors_now().get(key)
    made = AddedFactor.objects.create(
        key=key,
        name=known.name if known else name.strip(),
        since=since,
        value=plain(parse_number(value)),
        unit=unit.strip(),
        source=source.strip(),
        published=published,
        certainty=certainty,
        decision=decision.strip(),
        decided_on=decided_on,
        entered_at=clock.now(),
        entered_by=by,
    )
    audit.record(action="carbon.add_factor", by=by, obj=made, data={"key": key, "since": since, "value": made.value, "unit": made.unit})
    return made


def _against(key: str, name: str, since: int, value: str, unit: str) -> list[Refusal]:
    """Reasons to refuse the version: no name, year already taken, no valid number, or a unit that differs in kind from earlier versions."""
    found, known = [], factors_now().get(key)
    if known is None and not name.strip():
        found.append(Refusal("新的因子须填名称", field="name"))
    if known is not None and known.version_of(since):
        found.append(Refusal(f"{known.name}已有{since}年起的版本", field="since"))
    elif AddedFactor.objects.waiting().filter(key=key, since=since).exists():
        found.append(Refusal(f"已有{since}年起的版本等待核对", field="since"))
    try:
        if parse_number(value) < 0:
            found.append(Refusal("数值不能是负数", field="value"))
    except NumberError as error:
        found.append(Refusal(str(error), field="value"))
    try:
        _, per = factor_unit_of(unit)
    except UnknownUnitError:
        found.append(Refusal(no_factor_unit_words(unit), field="unit"))
    else:
        if known is not None and not measures_same(per, known.versions[-1].factor.per):
            found.append(Refusal(f"单位应与以前的版本同类：{known.versions[-1].factor.unit}", field="unit"))
    return found
