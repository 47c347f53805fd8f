"""Commands that set a portal up, ask the policy, and load and remove the fiction."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from approvals.titles.models.publicity import Title
from districts.common.enums import ControlStep
from districts.file.models.district import District
from districts.land.green_indicators import indicators, is_worse
from districts.plots.checks import problems_of
from districts.plots.lifecycle import STEPS
from districts.plots.models import Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion
from greendistrict.accounts.models import User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from reports.closings.models import ClosingEdition, FrozenFigures, StockRecord, YearClosing
from reports.closings.services import open_due
from reports.common import render
from tests.factories.accounts import cast, make_user
from tests.factories.districts import DistrictFactory, make_district
from tests.factories.received import at
from tests.portal.fiction import rows_by_table
from tests.reports.closings.world import close_year, make_people
from tools.demo import cast as demo_cast
from tools.demo import files, reset
from tools.demo.plots import fill_plots
from tools.management.commands import demo_load

pytestmark = pytest.mark.django_db


def test_setup_loads_reference_data_and_makes_the_keepers(client, capsys):
    call_command("setup", username="first-keeper")
    said = capsys.readouterr().out
    keeper = User.objects.get(username="first-keeper")
    assert not keeper.has_usable_password()
    address = said.split("设定密码的链接 ")[1].split("（")[0]
    assert client.post(address, {"new_password1": "Another-2026-word", "new_password2": "Another-2026-word"}).status_code == 200
    keeper.refresh_from_db()
    assert keeper.check_password("Another-2026-word")
    assert client.get(address).status_code == 410
    assert Title.objects.filter(announcement__year=2024, announcement__batch=5).count() == 3
    assert not District.objects.filter(is_demo=True).exists()
    call_command("setup", username="second-keeper")
    assert "未作改动" in capsys.readouterr().out
    assert set(User.objects.values_list("username", "posts__role")) == {
        ("first-keeper", "system_keeper"),
        ("first-keeper-security", "security_keeper"),
        ("first-keeper-audit", "audit_keeper"),
    }


@pytest.mark.django_db(transaction=True)
def test_nothing_stands_between_the_links_that_setup_prints(caplog):
    with caplog.at_level("INFO"):
        call_command("setup")
        assert [record.getMessage() for record in caplog.records if record.name.startswith("greendistrict.audit")] == []
    assert AuditRecord.objects.filter(action="accounts.appoint").exists()


@pytest.mark.parametrize(("command", "is_demo", "words"), [("setup", True, "演示数据"), ("demo_load", False, "不能混在一起")])
def test_real_accounts_and_fiction_are_not_mixed(command, is_demo, words):
    make_user("city_officer", is_demo=is_demo)
    with pytest.raises(CommandError, match=words):
        call_command(command)


def test_check_policy_prints_verdicts_with_citations(capsys):
    district = make_district(cast())
    call_command("check_policy", district=district.code, step="file", on=dt.date(2026, 11, 20), json=True)
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"policy", "on", "allowed", "verdicts"}
    assert (told["policy"], told["on"], told["allowed"]) == ("沪住建规范联〔2023〕13号", "2026-11-20", False)
    row = next(verdict for verdict in told["verdicts"] if verdict["rule"] == "APPLY-PLOTS")
    assert set(row) == {"rule", "level", "verdict", "required", "found", "remedy", "cite", "standing"}
    assert (row["level"], row["verdict"], row["cite"]) == ("must", "fail", "八（一）")
    assert {verdict["verdict"] for verdict in told["verdicts"]} <= {"pass", "fail", "warn", "later", "n/a"}
    for code, on, words in (
        ("nowhere", dt.date(2026, 11, 20), "没有代码"),
        (district.code, dt.date(2029, 1, 1), "不在任何现行政策的有效期内"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("check_policy", district=code, step="file", on=on, json=True)


def test_a_story_that_was_broken_off_is_told_anew(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    before = rows_by_table()
    demo_cast.make_people(demo_cast.make_organisations())
    assert rows_by_table() != before
    assert not demo_load.Command()._complete()  # what is there is removed first
    reset.remove_fiction()
    assert rows_by_table() == before


def test_a_year_closed_in_the_fiction_goes_with_it():
    people, check = make_people()
    with clock.at(at(2027, 6, 3)):
        [closing] = open_due(clock.today())
        close_year(people, closing)
        kept = {"day": dt.date(2026, 12, 31), "digest": "0" * 64, "kept_at": clock.now()}
        real = StockRecord.objects.create(year=2026, key="bodies", data={"某区人民政府": {}}, **kept)
        StockRecord.objects.create(year=2026, key="plots", data={check.district.code: {}}, **kept)
    reset.remove_fiction()
    assert list(StockRecord.objects.all()) == [real]
    assert not any(model.objects.exists() for model in (YearClosing, ClosingEdition, FrozenFigures))
    assert not TransitionRecord.objects.filter(machine="year_closing").exists()


SHOWN = ("number", "land_use", "area_ha", "acquisition", "acquired_on", "built_on", "conforms")


def test_what_is_made_repeats_and_agrees_with_itself():
    district = make_district(cast())
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


def test_real_districts_and_silly_numbers_are_refused(capsys):
    real = DistrictFactory(is_demo=False)
    with pytest.raises(ValueError, match="sourced facts"):
        fill_plots(real, 1, seed=1)
    for count in (0, 5001):
        with pytest.raises(ValueError, match="5000"):
            fill_plots(DistrictFactory(), count, seed=1)
    with pytest.raises(CommandError, match="真实城区"):
        call_command("demo_plots", real.code, count=1)
    assert not Plot.objects.exists()
    district = DistrictFactory()
    for seed in (1, 2):
        call_command("demo_plots", district.code, count=3, seed=seed)
    assert (district.plots.count(), "新增3个地块" in capsys.readouterr().out) == (6, True), "the command adds to what is there"


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
