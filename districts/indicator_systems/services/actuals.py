"""Save achieved values of own indicators and of the carbon intensity for a year."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from districts.file.models.district import District
from districts.file.services import STALE, hold_editor
from districts.indicator_systems.models import IndicatorActual
from districts.indicator_systems.row_rules import LONGEST, measure_for
from districts.indicator_systems.selectors import actuals_in, own_rows, system_in_force, years_to_enter
from districts.indicator_systems.targets import read
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused, Stale
from indicators.scoring.refusals import ValueProblem


@dataclass(frozen=True)
class EnteredValue:
    """A typed value, its source, and the version read (0 if there was none)."""

    value: str
    source: str = ""
    version: int = 0


@transaction.atomic
def save_actuals(*, district: District, year: int, values: Mapping[str, EnteredValue], by: User) -> int:
    """Save the values of one year by key of the indicator; an empty value deletes the old one. Returns the number of changes.

    Raises ``NotAllowed``, ``Refused`` with every invalid value (``field`` is the key), ``Stale`` on a version conflict.
    """
    hold_editor(by, district)
    District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    read_values = _checked(district, year, values)
    stored = actuals_in(district, year)
    if any((stored[key].version if key in stored else 0) != one.version for key, one in values.items()):
        raise Stale(STALE, current=stored)
    changed = {}
    for key, value in read_values.items():
        before, source = stored.get(key), values[key].source.strip() if value else ""
        if ((before.value, before.source) if before else ("", "")) == (value, source):
            continue
        _store(IndicatorActual(district=district, key=key, year=year, value=value, source=source), before, by)
        changed[key] = [before.value if before else "", value]
    if changed:
        audit.record(action="districts.save_actuals", by=by, obj=district, data={"year": year, "changed": changed})
    return len(changed)


def _checked(district: District, year: int, values: Mapping[str, EnteredValue]) -> dict[str, str]:
    """Values in stored form by key. Raises ``Refused`` with all errors."""
    system = system_in_force(district)
    if system is None:
        msg = "尚无已批准的指标体系，没有可以填报实际值的指标"
        raise Refused(msg)
    if year not in years_to_enter(clock.today()):
        raise Refused([Refusal("只能填报今年和以前十年的实际值", field="year")])
    measures = {row.key: measure_for(row, {}) for row in own_rows(system)}
    found, problems = {}, []
    for key, one in values.items():
        if key not in measures:
            problems.append(Refusal("现行指标体系没有这一指标", field=key))
            continue
        try:
            found[key] = read(measures[key], one.value)
        except ValueProblem as problem:
            problems.append(Refusal(str(problem), field=key))
        if len(one.source.strip()) > LONGEST["source"]:
            problems.append(Refusal(f"出处最多{LONGEST['source']}字", field=key))
    if problems:
        raise Refused(problems)
    return found


def _store(actual: IndicatorActual, before: IndicatorActual | None, by: User) -> None:
    if before is not None and not actual.value:
        before.delete()
        return
    actual.enter(by)
    actual.version = before.version + 1 if before else 1
    if before is not None:
        actual.pk = before.pk
    actual.save()
