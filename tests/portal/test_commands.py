"""Commands that set a portal up, ask the policy, and load and remove the fiction."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from reports.closings.models import ClosingEdition, FrozenFigures, StockRecord, YearClosing
from reports.closings.services import open_due
from tests.factories.accounts import cast, make_user
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.portal.fiction import rows_by_table
from tests.reports.closings.world import close_year, make_people
from tools.demo import cast as demo_cast
from tools.demo import reset
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


def test_setup_refuses_a_place_with_demo_data():
    make_user("city_officer", is_demo=True)
    with pytest.raises(CommandError, match="演示数据"):
        call_command("setup")


def test_demo_refuses_a_place_with_real_accounts():
    make_user("city_officer", is_demo=False)
    with pytest.raises(CommandError, match="不能混在一起"):
        call_command("demo_load")


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


@pytest.mark.parametrize(
    ("district", "on", "words"), [("nowhere", dt.date(2026, 11, 20), "没有代码"), ("", dt.date(2029, 1, 1), "不在任何现行政策的有效期内")]
)
def test_check_policy_says_why_it_cannot_ask(district, on, words):
    code = district or make_district(cast()).code
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
