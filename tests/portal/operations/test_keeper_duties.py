"""What the system keeper owes, on the page of operations: holidays, backup, certificate, failed jobs, by the records of the portal."""

import datetime as dt
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.core.models import CalendarYear, JobRun
from greendistrict.policy.models import Setting
from obligations.duty_table import duty_kind
from obligations.reminder_settings import ladder_of
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


def test_the_certificate_of_tls_is_watched_where_its_file_is_named(client, keeper, settings, tmp_path):
    """It stands on the page beside that of signing, and the duty is about the one that ends first, by its ladder; a wrong file says so."""
    demo_file()
    days = dt.timedelta(days=1)
    last = dt.date(2027, 5, 31)
    file = tmp_path / "tls.pem"
    file.write_bytes(tls_certificate(last))
    settings.TLS_CERTIFICATE = str(file)
    asked = (last - 31 * days, last - 30 * days, last, last + days)
    assert states("certificate", *asked) == [(last, state) for state in ("upcoming", "due", "due", "overdue")]
    assert ladder_of(duty_kind("certificate")) is not None
    with clock.at(at(2027, 5, 20)):
        lines = {line.label: (line.what, line.day, line.state) for line in client.get(reverse("portal:operations")).context["expiries"]}
        [owed] = [one for one in keeper_duties(clock.today()) if one.due == last]
    assert lines["网站证书（TLS）"] == ("portal.demo.invalid", last, "即将到期")
    assert lines["签名证书"][1] == LAST
    assert owed.title == "更换最先到期的证书"
    file.write_bytes(b"x")
    with clock.at(at(2027, 5, 20)):
        lines = {line.label: line.what for line in client.get(reverse("portal:operations")).context["expiries"]}
    assert lines["网站证书（TLS）"] == "读不出"
    assert states("certificate", last)[0][0] == LAST


def tls_certificate(last):
    """A certificate that ends on a day, made by itself, as PEM."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.demo.invalid")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(at(2027, 1, 1)).not_valid_after(at(last.year, last.month, last.day))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_names_them_with_their_days(client, keeper, count, kept_queries):
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="x", digest="x") for year in (2026, 2027))
    names = ("reminder-sweep", "audit-seal", "sweep-files")[:count]
    JobRun.objects.bulk_create(JobRun(name=name, failed_at=at(2027, 3, 29), error="x") for name in names)
    JobRun.objects.create(name="backup", succeeded_at=at(2027, 3, 30, 2))
    with clock.at(at(2027, 3, 31)):
        page = re.sub(r"\s+", "", client.get(reverse("portal:operations")).content.decode())
        with kept_queries():  # settings, first day in use, arrangement, runs with the backup, installation, last review
            shown = [(duty.title, duty.due, duty.state) for duty in keeper_duties(clock.today())]
    failed = [
        (f"定时任务运行成功：{words}", dt.date(2027, 3, 30), "逾期") for words in ("到期提醒", "审计记录封存", "清理没有记录的文件")[:count]
    ]
    assert sorted(shown) == sorted([*failed, ("备份", dt.date(2027, 3, 31), "待办")])
    assert f"{count + 1}项" in page
    assert "自最近一次备份2027年3月30日起算" in page
