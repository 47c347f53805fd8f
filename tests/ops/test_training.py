"""An installation for practice: marked on every page and paper, and never one with anything real."""

import os

import pytest
from django.core.management import CommandError, call_command

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.core import checks
from reports.composition.blocks import Composition, Paragraph
from tests.factories.accounts import cast, make_user
from tests.factories.approvals import Filing
from tests.processes import Portal

PAGES = ("/", "/accounts/login/", "/register/", "/desk/", "/districts/", "/operations/", "/no-such-page/")
WORD = "培训环境"


@pytest.mark.django_db
@pytest.mark.parametrize("training", [True, False])
def test_every_frame_of_pages_says_so(client, settings, training):
    settings.TRAINING = training
    answers = [client.get(path, follow=True).content.decode() for path in PAGES]
    client.force_login(make_user(Role.CITY_OFFICER))
    answers += [client.get(path, follow=True).content.decode() for path in PAGES]
    assert {text.count(WORD) for text in answers} == {1 if training else 0}


@pytest.mark.parametrize("training", [True, False])
def test_every_paper_says_so(settings, training):
    settings.TRAINING = training
    paper = Composition("演示报告", (Paragraph("正文"),), is_demo=True)
    assert paper.all_marks == ((WORD, "演示数据") if training else ("演示数据",))


def test_it_is_never_production(settings):
    settings.TRAINING = settings.PRODUCTION = True
    assert [found.id for found in checks.training_apart()] == ["gd.E024"]
    settings.PRODUCTION = False
    assert checks.training_apart() == []


def refusal():
    with pytest.raises(CommandError) as refused:
        call_command("training_load")
    return str(refused.value)


@pytest.mark.django_db
def test_practice_districts_are_refused_where_anything_is_real(settings):
    assert "本环境不是培训环境" in refusal()
    settings.TRAINING = True
    person = make_user(Role.CITY_OFFICER, is_demo=False)
    assert "1个正式账号、0个正式办件" in refusal()
    person.delete()
    filing = Filing(cast()).to_accepted()
    District.objects.filter(pk=filing.district.pk).update(is_demo=False)
    assert "0个正式账号、1个正式办件" in refusal()


@pytest.mark.area("tools/demo", "tools/management")
def test_practice_districts_come_into_a_database_of_their_own(tmp_path):
    with Portal(tmp_path / "training", f"training_{os.getpid()}", GD_TRAINING="1", DJANGO_SETTINGS_MODULE="tests.ops.short_story") as made:
        made.migrate()
        assert "演示数据装入完成" in made.run("manage.py", "training_load")
        assert made.rows("SELECT count(*) > 0, bool_and(is_demo) FROM accounts_user") == [(True, True)]
        assert made.rows("SELECT count(*) FROM districts_district WHERE is_demo") == [(1,)]
        assert "未作改动" in made.run("manage.py", "training_load")
