"""Commands that set a portal up, ask the policy, and load and remove the fiction."""

import datetime as dt
import json
import stat
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from approvals.titles.models.publicity import Title
from districts.file.models.core import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from portal.selectors.tasks import tasks_of
from tests.factories.accounts import cast, make_user
from tests.factories.districts import make_district
from tests.portal import figures, story
from tools.demo import cast as demo_cast
from tools.demo import progress, reset
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


KEPT = {"audit", "contenttypes", "sessions", "axes"}


def rows_by_table():
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in KEPT]
    return Counter({model._meta.label: model._default_manager.count() for model in models if model._meta.label != "core.Counter"})


def test_a_story_that_was_broken_off_is_told_anew(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    before = rows_by_table()
    demo_cast.make_people(demo_cast.make_organisations())
    assert rows_by_table() != before
    assert not demo_load.Command()._complete()  # what is there is removed first
    reset.remove_fiction()
    assert rows_by_table() == before


@pytest.mark.slow
def test_the_fiction_comes_once_and_goes_without_a_trace(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    from portal.reference import load_reference_data

    load_reference_data(log=lambda _: None)
    before = rows_by_table()
    real = set(District.objects.values_list("code", "stage", "star"))

    call_command("demo_load")
    accounts = demo_cast.accounts_path()
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    listed = json.loads(accounts.read_text("utf-8"))
    assert [set(row) for row in listed] == [{"seat", "username", "password"}] * 23
    assert story.seats_without_account(listed) == set()
    assert all(User.objects.get(username=row["username"]).check_password(row["password"]) for row in listed[:2])
    loaded = rows_by_table()
    told = loaded["workflow.TransitionRecord"] - before["workflow.TransitionRecord"]
    assert abs(told - progress.STEPS) < progress.STEPS / 5, told  # "how far" is told from this number
    fiction = District.objects.filter(is_demo=True)
    assert all(name.startswith("演示") and name.endswith("（虚构）") for name in fiction.values_list("name", flat=True))
    assert {"candidate", "pilot", "demonstration"} == set(fiction.values_list("stage", flat=True))
    assert not User.objects.filter(is_demo=False).exists()
    assert not Organisation.objects.filter(is_demo=False, posts__isnull=False).exists()
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()
    month_ago = clock.now() - dt.timedelta(days=30)
    assert Notification.objects.filter(created_at__lt=month_ago).exists()
    assert not Notification.objects.filter(created_at__lt=month_ago, read_at__isnull=True).exists()
    assert tasks_of(User.objects.get(username="consultant"))
    assert story.missing_sights() == []
    assert story.unintended_findings() == []
    assert story.unbelievable_facts() == []
    with transaction.atomic():  # signing in leaves rows
        walks = {row["seat"]: figures.walk(User.objects.get(username=row["username"])) for row in listed}
        transaction.set_rollback(True)
    assert [line for wrong, _compared in walks.values() for line in wrong] == []
    assert walks["city_officer"][1] > 6  # more than the band of the desk

    call_command("demo_load")
    assert "未作改动" in capsys.readouterr().out
    assert rows_by_table() == loaded

    call_command("demo_reset")
    after = rows_by_table()
    # The reference edition was used and stays frozen, with the step that froze it.
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {"workflow.TransitionRecord": 1}
    assert TransitionRecord.objects.latest("pk").machine == "edition"
    assert set(District.objects.values_list("code", "stage", "star")) == real
    assert not accounts.exists()
