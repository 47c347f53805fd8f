"""Save and delete measures and scenarios."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from carbon.measures.models import AbatementMeasure, CarbonScenario, ScenarioShare
from carbon.measures.selectors import hold_measures, measures_of
from districts.file.models.district import District
from districts.file.services import assign, hold_constraints, locked
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused

MOST_SCENARIOS = 6  # as many as one page can compare
MOST_MEASURES = 60


@transaction.atomic
def save_measure(
    *, district: District, values: Mapping[str, Any], by: User, measure: AbatementMeasure | None = None, version: int | None = None
) -> AbatementMeasure:
    """Add or change a measure, which counts for the city once a reviewer has checked it. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    hold_measures(posts_of(by), district)
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    row = locked(measure, version) if measure else AbatementMeasure(district=district)
    if measure is None:
        Refused.when(measures_of(district).count() >= MOST_MEASURES, f"最多登记{MOST_MEASURES}项措施")
    changed = assign(row, values)
    if changed:
        row.enter(by)
    row.version += 1 if measure else 0
    hold_constraints(row)
    row.save()
    audit.record(action="carbon.save_measure", by=by, obj=row, data={"district": district.code, "changed": changed})
    return row


def against_dropping(measure: AbatementMeasure) -> list[Refusal]:
    """Why a measure is kept: scenarios use it."""
    used = "、".join(CarbonScenario.objects.filter(shares__measure=measure).values_list("name", flat=True))
    return [Refusal(f"情景“{used}”用到这项措施，请先从情景中去掉")] if used else []


@transaction.atomic
def drop_measure(*, measure: AbatementMeasure, by: User) -> None:
    """Delete a measure that no scenario uses. Raises ``NotAllowed``, ``Refused``."""
    hold_measures(posts_of(by), measure.district)
    row = locked(measure, None)
    if found := against_dropping(row):
        raise Refused(found)
    audit.record(action="carbon.drop_measure", by=by, obj=row, data={"district": measure.district.code, "name": row.name})
    row.delete()


@transaction.atomic
def save_scenario(
    *,
    district: District,
    name: str,
    note: str,
    shares: Mapping[int, Decimal],
    by: User,
    scenario: CarbonScenario | None = None,
    version: int | None = None,
) -> CarbonScenario:
    """Add or change a scenario: per cent by measure; missing or 0 means off. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    hold_measures(posts_of(by), district)
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    row = locked(scenario, version) if scenario else CarbonScenario(district=district)
    if scenario is None:
        kept = CarbonScenario.objects.filter(district=district).count()
        Refused.when(kept >= MOST_SCENARIOS, f"最多保留{MOST_SCENARIOS}个情景，请修改或删除已有的情景")
    row.name, row.note, row.entered_at, row.entered_by = name.strip(), note.strip(), clock.now(), by
    row.version += 1 if scenario else 0
    hold_constraints(row)
    row.save()
    before = {str(one.measure_id): str(one.share) for one in row.shares.all()}
    row.shares.all().delete()
    known = set(measures_of(district).values_list("pk", flat=True))
    rows = [ScenarioShare(scenario=row, measure_id=key, share=share) for key, share in shares.items() if share and key in known]
    for one in rows:
        hold_constraints(one)
    ScenarioShare.objects.bulk_create(rows)
    after = {str(one.measure_id): str(one.share) for one in rows}
    audit.record(
        action="carbon.save_scenario", by=by, obj=row, data={"district": district.code, "name": row.name, "before": before, "after": after}
    )
    return row


@transaction.atomic
def drop_scenario(*, scenario: CarbonScenario, by: User) -> None:
    """Delete a scenario; the measures stay. Raises ``NotAllowed``."""
    hold_measures(posts_of(by), scenario.district)
    row = locked(scenario, None)
    audit.record(action="carbon.drop_scenario", by=by, obj=row, data={"district": scenario.district.code, "name": row.name})
    row.delete()
