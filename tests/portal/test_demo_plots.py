"""The generator of fictional plots: repeats, agrees with itself, never touches a real district."""

import pytest
from django.core.management import CommandError, call_command

from districts.common.enums import ControlStep
from districts.land.green_indicators import indicators, is_worse
from districts.plots.checks import problems_of
from districts.plots.lifecycle import STEPS
from districts.plots.models import Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from greendistrict.core import clock
from reports.common import render
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import DistrictFactory, make_district
from tools.demo import files
from tools.demo.plots import fill_plots

pytestmark = pytest.mark.django_db
SHOWN = ("number", "land_use", "area_ha", "acquisition", "acquired_on", "built_on", "conforms")


def test_what_is_made_repeats_and_agrees_with_itself():
    district = make_district(make_cast())
    assert fill_plots(district, 150, seed=7) == 150
    plots = list(district.plots.select_related("control").order_by("number"))
    assert [problems_of(plot, clock.today()) for plot in plots] == [[]] * 150
    assert {plot.is_demo for plot in plots} == {True}
    assert all(plot.land_use_code and (plot.buildable or not plot.acquisition) for plot in plots)
    for control in PlotControl.objects.select_related("plot"):
        over = control.status in (ControlStep.DONE, ControlStep.SHORT)
        assert over == bool(control.plot.built_on)
        assert over or control.status in (ControlStep.PREPARE, *STEPS[control.table])
        assert control.plot.conforms == {ControlStep.DONE: True, ControlStep.SHORT: False}.get(control.status)
        assert control.plot.indicators.filter(built_short=True).exists() == (control.status == ControlStep.SHORT)
    for row in PlotIndicator.objects.all():
        known = indicators()[row.key]
        assert (row.built_short, row.designed_short) == tuple(is_worse(known, value, row.required) for value in (row.built, row.designed))
    checks = {check.plot: check.result for check in PlotCheck.objects.select_related("plot")}
    assert checks == {plot: "held" if plot.conforms else "not_held" for plot in plots if plot.built_on}
    assert {control.status for control in PlotControl.objects.all()} >= {ControlStep.DONE, ControlStep.SHORT, ControlStep.SITE}
    assert PlotOpinion.objects.count() == PlotControl.objects.filter(status=ControlStep.CONSULT).count() > 0
    other = DistrictFactory()
    fill_plots(other, 150, seed=7)
    assert list(other.plots.order_by("number").values_list(*SHOWN)) == list(district.plots.order_by("number").values_list(*SHOWN))


def test_real_districts_and_silly_numbers_are_refused():
    real = DistrictFactory(is_demo=False)
    with pytest.raises(ValueError, match="sourced facts"):
        fill_plots(real, 1, seed=1)
    for count in (0, 5001):
        with pytest.raises(ValueError, match="5000"):
            fill_plots(DistrictFactory(), count, seed=1)
    with pytest.raises(CommandError, match="真实城区"):
        call_command("demo_plots", real.code, count=1)
    assert not Plot.objects.exists()


def test_the_command_adds_to_what_is_there(capsys):
    district = DistrictFactory()
    for seed in (1, 2):
        call_command("demo_plots", district.code, count=3, seed=seed)
    assert district.plots.count() == 6
    assert "新增3个地块" in capsys.readouterr().out


def test_a_file_is_made_once_and_its_bytes_are_used_again(monkeypatch):
    made = []
    draw = render.from_html
    monkeypatch.setattr(render, "from_html", lambda html, **about: made.append(html) or draw(html, **about))
    files.content.cache_clear()
    first, again = (files.upload("报送函") for _ in range(2))
    assert first.read() == again.read() == files.content("报送函")
    assert first is not again
    assert len(made) == 1
    assert files.upload("政府批复").read() != files.content("报送函")
    assert len(made) == 2
