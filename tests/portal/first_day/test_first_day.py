"""From an empty database to the first day: setup, three workbooks, people with their own passwords, the list of what is missing."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.workflow import outbox
from indicators.editions.models import Edition
from portal.first_day.selectors import DONE, MISSING, OPEN, check_lines
from reports.signing.keys import demo_file
from tests.factories.accounts import make_organisation, make_user
from tests.factories.assessments import published_edition
from tests.factories.districts import DistrictFactory, make_district
from tests.factories.reviews import make_experts
from tests.factories.titles import give_title
from tests.portal.enrolment.test_enrolment import bring_in

pytestmark = pytest.mark.django_db
NEW = "Another-2026-word"
BOTH = {"new_password1": NEW, "new_password2": NEW}
BODIES = [
    ["city", "市住房城乡建设管理委", "", "市住房城乡建设管理委"],
    ["support", "技术支撑单位", "", "技术支撑单位"],
    ["company", "某区开发公司", "91350100M000100Y43", "申报主体", "", "{area}"],
]
SEATS = [
    ("chen", "市住房城乡建设管理委", "经办"), ("shen", "市住房城乡建设管理委", "审核"), ("sun", "市住房城乡建设管理委", "审定"),
    ("fang", "市住房城乡建设管理委", "法制"), ("mi", "技术支撑单位", "评审秘书"), ("qu", "{area}", "区专门机构"),
    ("tian", "某区开发公司", "填报"), ("qian", "某区开发公司", "审核签发"),
]  # fmt: skip


def by_what():
    return {line.what: line for line in check_lines(clock.now())}


def come_in(client, name):
    """Sign in for the first time and agree to the notice on personal data."""
    assert client.post(reverse("accounts:login"), {"username": name, "password": NEW}).status_code == 302
    notice = client.get(reverse("portal:workdesk"), follow=True)
    version = notice.context["notice"].version
    assert client.post(reverse("portal:privacy_notice"), {"version": version, "agreed": "on"}).url == reverse("portal:workdesk")


def test_an_agency_begins_without_demo_data(client, capsys):
    call_command("setup", username="keeper", system_email="a@example.invalid", security_email="b@example.invalid")
    addresses = re.findall(r"设定密码的链接 \S+?(/accounts/link/[^（]+)（", capsys.readouterr().out)
    assert [client.post(one, BOTH).status_code for one in addresses] == [200, 200, 200]
    first = by_what()
    assert {what for what, line in first.items() if line.state == MISSING} >= {"各类单位", "各岗位的人员", "启用日期", "备份"}
    assert "填报" in first["各岗位的人员"].words
    assert first["演示数据"].state == DONE

    area = Organisation.objects.filter(kind="authority").order_by("pk").first().name
    rows = [[cell.format(area=area) for cell in row] for row in BODIES]
    come_in(client, "keeper")
    assert bring_in(client, "bodies", rows).status_code == 302
    people = [[name, f"{name}某", f"{name}@example.invalid"] for name, _, _ in SEATS]
    assert bring_in(client, "accounts", people).status_code == 302
    client.logout()
    come_in(client, "keeper-security")
    assert bring_in(client, "posts", [[name, body.format(area=area), role] for name, body, role in SEATS]).status_code == 302
    client.logout()

    outbox.drain()
    for name, _, _ in SEATS:
        (letter,) = [one for one in mail.outbox if one.to == [f"{name}@example.invalid"]]
        address = re.search(r"/accounts/link/\S+", letter.body).group()
        assert client.post(address, BOTH).status_code == 200
    come_in(client, "chen")
    assert posts_of(User.objects.get(username="chen")).roles == {"city_officer"}
    assert client.get(reverse("portal:workdesk")).status_code == 200
    assert client.get(reverse("portal:first_day")).status_code == 404

    # Real districts and titles came with setup; the officer sees them where they are worked on.
    titled = Title.objects.filter(district__is_demo=False).select_related("district").first()
    assert titled.district.name in client.get(reverse("approvals:title_list")).content.decode()
    assert not District.objects.filter(is_demo=True).exists()

    now = by_what()
    for what in ("各类单位", "各岗位的人员", "申报主体的两个岗位", "岗位规则", "首次登录", "现有城区和称号", "演示数据"):
        assert now[what].state == DONE, now[what]
    assert now["市级和三员的替补"].state == OPEN


def test_half_a_body_and_silent_people_are_counted():
    body = make_organisation()
    make_user("preparer", body, email="")
    found = by_what()
    assert found["申报主体的两个岗位"].words.startswith("1家")
    assert found["电子邮箱"].words.startswith("1人")
    make_user("reviewer", body, password="!never")
    found = by_what()
    assert found["申报主体的两个岗位"].state == DONE
    assert found["首次登录"].words.startswith("1人")


def test_districts_and_titles_are_counted_as_the_register_counts_them():
    real = DistrictFactory(is_demo=False)
    give_title(real, granted_on=dt.date(2022, 6, 15))
    give_title(real, TitleKind.DEMONSTRATION, granted_on=dt.date(2024, 6, 11))  # supersedes the pilot title
    DistrictFactory(is_demo=False, guideline_area=True)
    found = by_what()
    assert found["现有城区和称号"].words == "城区1个，现有称号1项"
    assert found["城区的申报主体"].words.startswith("1个城区")


def test_nothing_is_there_by_vacuity_in_an_empty_installation():
    """Every line has something to look at, or says that it is missing; only the absence of demo data is good by itself.

    The certificate that the portal makes for demonstrations is none, though its file may lie in this checkout.
    """
    demo_file()
    assert {what for what, line in by_what().items() if line.state == DONE} == {"演示数据"}


def test_the_standard_and_the_panel_are_lines(people):
    assert by_what()["评价标准"].state == MISSING
    edition = published_edition()
    assert by_what()["评价标准"].state == MISSING, "参考版 is no official standard"
    Edition.objects.filter(pk=edition.pk).update(official=True)
    assert (by_what()["评价标准"].state, by_what()["评价标准"].words) == (DONE, edition.code)
    told = {"code": "演示旧版", "title": "演示旧版", "based_on": "x", "digest": "x", "imported_at": clock.now()}
    other = Edition.objects.create(official=True, complete=False, **told)
    make_district(people, stage=Stage.PILOT, is_demo=False, sources=["x"], edition=other)
    line = by_what()["评价标准"]
    assert (line.state, line.words[:3]) == (OPEN, "1个试")
    assert by_what()["专家库"].state == MISSING
    make_experts(people)
    assert by_what()["专家库"].words.startswith("可聘")


def test_the_page_of_operations_lists_what_an_empty_installation_lacks(client):
    keeper = make_user("system_keeper")
    client.force_login(keeper)
    answer = client.get(reverse("portal:operations"))
    missing = [line for line in check_lines(clock.now()) if line.state == MISSING]
    assert [lack.what for lack in answer.context["lacking"]] == [line.what for line in missing]
    assert {"各岗位的人员", "现有城区和称号", "评价标准", "专家库"} <= {line.what for line in missing}
    words = answer.content.decode()
    assert all(line.words in words for line in missing)


def test_setup_says_to_run_migrate_first_and_runs_it_if_told_so(settings, capsys):
    settings.SITE_URL = "https://portal.example.invalid"
    call_command("migrate", "portal", "0009", verbosity=0)
    with pytest.raises(CommandError, match=r"先运行 manage\.py migrate"):
        call_command("setup")
    assert not User.objects.exists()
    call_command("setup", migrate=True)
    told = capsys.readouterr().out
    assert "平台地址 https://portal.example.invalid" in told
    assert "GD_SITE_URL" in told
    assert User.objects.count() == 3
