"""Plot rates of many districts, read as rows and totals, against every plot looked at by itself."""

import datetime as dt
from decimal import Decimal
from random import Random

import pytest

from districts.baselines.services import freeze_baseline
from districts.common.enums import Acquisition, BaselineKind, ControlStep
from districts.facts.facts import district_facts, facts_of_many
from districts.file.models.district import District
from districts.plots.models import Plot, PlotBackfill, PlotControl
from greendistrict.core.rounding import percent
from greendistrict.documents.models import Evidence
from tests.factories.districts import DistrictFactory, PlotFactory

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 6, 1)
DAYS = (None, dt.date(2025, 3, 1), ON, dt.date(2026, 9, 1))
RATES = ("plots_acquired_ratio", "plots_built_ratio")


def grown(district, rng, number):
    """Plots in every mixture of way, days, conformity, control table and proof."""
    PlotFactory(district=district, acquisition=Acquisition.GRANT, acquired_on=ON)  # brings reason and proof
    backfill = PlotBackfill.objects.get(district=district)
    assert Evidence.objects.filter(pk=backfill.document_id).exists()
    for _ in range(number):
        got = rng.choice(DAYS)
        plot = PlotFactory(
            district=district, proof=False, area_ha=Decimal(rng.randrange(1, 90_000)) / 10_000, buildable=rng.random() < 0.8,
            acquisition=rng.choice([*Acquisition.values, ""]), acquired_on=got, conforms=rng.choice([None, True, False]),
            built_on=rng.choice([day for day in DAYS if day is None or got is None or day >= got]),
            backfill=backfill if rng.random() < 0.4 else None,
        )  # fmt: skip
        if rng.random() < 0.6:
            PlotControl.objects.create(plot=plot, table=Acquisition.GRANT, status=rng.choice(ControlStep.values))


def counts(plot):
    control = PlotControl.objects.filter(plot=plot).exclude(status=ControlStep.PREPARE)
    return plot.backfill_id is not None or control.exists()


def expected(district):
    """Numbers of acquired and of all buildable plots, the share by area, and how many entered ones count or not."""
    rows = [plot for plot in Plot.objects.filter(district=district) if plot.buildable]
    got = [
        plot for plot in rows
        if plot.acquisition in {Acquisition.GRANT, Acquisition.ALLOCATION} and plot.acquired_on is not None and plot.acquired_on <= ON
    ]  # fmt: skip
    reached = [plot for plot in got if counts(plot)]
    areas = [sum((plot.area_ha for plot in some), Decimal(0)) for some in (reached, rows)]
    return len(reached), len(rows), f"按面积{percent(*areas)}", len(got) - len(reached)


@pytest.mark.parametrize("seed", range(3))
def test_rates_of_many_districts_are_those_of_their_plots_one_by_one(seed, kept_queries):
    rng, districts = Random(seed), [DistrictFactory() for _ in range(4)]  # noqa: S311 -- plots repeat
    for district, number in zip(districts, (40, 7, 25, 0), strict=True):
        if number:
            grown(district, rng, number)
    for kind in (BaselineKind.PLAN, BaselineKind.PILOT):
        freeze_baseline(district=districts[2], kind=kind, reason="测试", by=None)
    alone = {district.pk: district_facts(District.objects.get(pk=district.pk), ON) for district in districts}
    together = facts_of_many(list(District.objects.all()), ON)
    assert {pk: {name: facts[name] for name in RATES} for pk, facts in together.items()} == {
        pk: {name: facts[name] for name in RATES} for pk, facts in alone.items()
    }
    for district in districts[:2]:
        fact, (reached, listed, by_area, unproven) = together[district.pk]["plots_acquired_ratio"], expected(district)
        assert (fact.numerator, fact.denominator, fact.note.split("；")[0]) == (reached, listed, by_area)
        assert (f"另有补录{unproven}个没有理由和证明" in fact.note) == bool(unproven)
    assert together[districts[3].pk]["plots_acquired_ratio"].note == "没有登记可建设地块"
    with kept_queries():  # baselines, plots with a day, totals
        facts_of_many(list(districts), ON, lambda _: frozenset(RATES[:1]))
