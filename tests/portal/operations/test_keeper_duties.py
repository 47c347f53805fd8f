"""What the system keeper owes, on the page of operations: holidays, backup, certificate, failed jobs, by the records of the portal."""

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.models import CalendarYear, JobRun
from greendistrict.policy.models import Setting
from obligations.selectors import everything
from portal.operations.selectors.duties import keeper_duties
from reports.signing.keys import demo_file
from tests.factories.accounts import make_user
from tests.factories.received import at

pytestmark = pytest.mark.django_db
LAST = dt.date(2049, 12, 31)  # of the certificate made for demonstrations


@pytest.fixture
def keeper(client, settings, tmp_path):
    settings.SIGNING_DEMO_PATH = tmp_path / "demo.p12"
    user = make_user("system_keeper")
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=user, at=at(2026, 1, 5), reason="首次启用")
    client.force_login(user)
    return user


def states(kind, *days):
    """Due day and state on each of these days."""
    found = [next(row for row in everything(day) if row.kind == kind) for day in days]
    return [(row.due, row.state(day).value) for row, day in zip(found, days, strict=True)]


def test_a_backup_is_owed_a_day_after_the_last_one_that_was_recorded(keeper):
    assert states("backup_age", dt.date(2027, 3, 30)) == [(dt.date(2027, 3, 30), "none")]
    with clock.at(at(2027, 3, 30, 2)):
        call_command("record_backup")
    days = [dt.date(2027, 3, day) for day in (29, 30, 31)]
    due = dt.date(2027, 3, 31)
    assert states("backup_age", *days, dt.date(2027, 4, 1)) == [(days[0], "none"), (due, "upcoming"), (due, "due"), (due, "overdue")]


def test_a_certificate_is_to_be_replaced_by_its_last_day(keeper):
    assert states("certificate", LAST) == [(LAST, "none")]
    demo_file()
    day = dt.timedelta(days=1)
    days = (LAST - 31 * day, LAST - 30 * day, LAST, LAST + day)
    assert states("certificate", *days) == [(LAST, state) for state in ("upcoming", "due", "due", "overdue")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_names_them_with_their_days(client, keeper, count, django_assert_num_queries):
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="x", digest="x") for year in (2026, 2027))
    names = ("reminder-sweep", "audit-seal", "sweep-files")[:count]
    JobRun.objects.bulk_create(JobRun(name=name, failed_at=at(2027, 3, 29), error="x") for name in names)
    JobRun.objects.create(name="backup", succeeded_at=at(2027, 3, 30, 2))
    with clock.at(at(2027, 3, 31)):
        page = re.sub(r"\s+", "", client.get(reverse("portal:operations")).content.decode())
        with django_assert_num_queries(5):  # settings, first day in use, arrangement, runs with the backup, installation
            shown = [(duty.title, duty.due, duty.state) for duty in keeper_duties(clock.today())]
    failed = [
        (f"定时任务运行成功：{words}", dt.date(2027, 3, 30), "逾期") for words in ("到期提醒", "审计记录封存", "清理没有记录的文件")[:count]
    ]
    assert sorted(shown) == sorted([*failed, ("备份", dt.date(2027, 3, 31), "待办")])
    assert f"{count + 1}项" in page
    assert "自最近一次备份2027年3月30日起算" in page
