"""What keepers note at a line of the check: who sees to it by when, 本地不需要 with the reason, trials and what came of them."""

import datetime as dt
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyrage
import pytest
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.models import HostClock
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from portal.first_day import services
from portal.first_day.enums import OpeningItem
from portal.first_day.models import OpeningMark
from portal.first_day.selectors import DONE, MISSING, NEEDLESS, OPEN, check_lines
from portal.first_day.trials import TRIALS
from portal.todo.selectors import todo_of
from tests.factories.accounts import make_user
from tests.notifications.providers import AlibabaSms
from tests.scanning import OwnScanner
from tests.servers import OwnMailServer

pytestmark = pytest.mark.django_db
LIST = "portal:first_day"


@pytest.fixture
def keeper(client):
    person = make_user("system_keeper", name="管甲", email="keeper@example.invalid")
    person.phone = "13900000001"
    person.save()
    client.force_login(person)
    return person


def line(item):
    return next(line for line in check_lines(clock.now()) if line.item == item)


def address(item):
    return reverse("portal:first_day_line", args=[item])


def post(client, item, action, **values):
    return client.post(address(item), {"action": action, **values})


def try_out(client, item):
    """Press the button, and do what a worker does where one has to; returns the mark."""
    OpeningMark.objects.update(asked_at=None)
    assert client.post(reverse("portal:first_day_try", args=[item])).status_code == 302
    services.try_line(item)
    return OpeningMark.objects.get(key=item)


def test_a_line_has_somebody_and_a_day_and_says_when_it_is_late(client, keeper):
    other, today = make_user("security_keeper", name="管乙"), clock.today()
    late = {"owner": other.pk, "due": (today - dt.timedelta(days=1)).isoformat()}
    assert post(client, OpeningItem.SEATS, "assign", **late).status_code == 422
    assert post(client, OpeningItem.SEATS, "assign", owner=make_user("preparer").pk, due=today.isoformat()).status_code == 422
    assert post(client, OpeningItem.SEATS, "assign").status_code == 422
    assert post(client, OpeningItem.SEATS, "assign", owner=other.pk, due=today.isoformat()).url == f"{reverse(LIST)}#{OpeningItem.SEATS}"
    assert "管乙" in client.get(reverse(LIST)).content.decode()
    assert not line(OpeningItem.SEATS).is_late
    OpeningMark.objects.update(due=today - dt.timedelta(days=1))
    assert line(OpeningItem.SEATS).is_late
    assert "逾期" in client.get(reverse(LIST)).content.decode()
    assert AuditRecord.objects.get(action="portal.assign_opening").data == {"owner": other.pk, "due": today.isoformat()}


def test_what_is_not_needed_is_no_longer_missing_says_who_and_why_and_is_taken_back(client, keeper):
    assert line(OpeningItem.SMS).state == MISSING
    assert post(client, OpeningItem.SMS, "set_aside", reason=" ").status_code == 422
    assert post(client, OpeningItem.SMS, "set_aside", reason="本市不用短信（虚构）").status_code == 302
    assert line(OpeningItem.SMS).state == NEEDLESS
    page = client.get(reverse(LIST)).content.decode()
    assert "本地不需要：本市不用短信（虚构）（管甲，" in page
    assert "短信" not in [lack.what for lack in client.get(reverse("portal:operations")).context["lacking"]]
    for _ in range(2):
        assert post(client, OpeningItem.SMS, "take_back").status_code == 302
    assert line(OpeningItem.SMS).state == MISSING
    assert AuditRecord.objects.filter(action="portal.take_back_opening").count() == 1


def test_the_three_keepers_share_the_check_and_nobody_else_knows_of_it(client, keeper):
    for role, status in (("security_keeper", 200), ("audit_keeper", 200), ("city_officer", 404), ("preparer", 404)):
        client.force_login(make_user(role))
        assert [client.get(page).status_code for page in (reverse(LIST), address(OpeningItem.MAIL))] == [status] * 2, role
        assert ('href="/operations/"' in client.get(reverse(LIST)).content.decode()) is False, role
    assert post(client, OpeningItem.SMS, "set_aside", reason="x").status_code == 404
    assert client.post(reverse("portal:first_day_try", args=[OpeningItem.STORAGE])).status_code == 404
    client.force_login(keeper)
    assert client.get(reverse("portal:first_day_line", args=["no-such-line"])).status_code == 404


def test_mail_is_there_once_a_server_has_taken_one(client, keeper, settings):
    assert (line(OpeningItem.MAIL).state, line(OpeningItem.MAIL).can_try) == (MISSING, False)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 5
    with OwnMailServer() as server:
        settings.EMAIL_PORT = server.port
        assert (line(OpeningItem.MAIL).state, line(OpeningItem.MAIL).can_try) == (OPEN, True)
        assert try_out(client, OpeningItem.MAIL).tried_well
        assert [letter["To"] for letter in server.taken] == ["keeper@example.invalid"]
        assert line(OpeningItem.MAIL).state == DONE
        page = client.get(reverse(LIST)).content.decode()
        assert "试通" in page
        assert "keeper@example.invalid" not in page
    settings.EMAIL_PORT = 1
    assert line(OpeningItem.MAIL).state == OPEN, "a success says nothing of another server"
    mark = try_out(client, OpeningItem.MAIL)
    assert (mark.tried_well, line(OpeningItem.MAIL).state) == (False, MISSING)
    assert mark.tried_words.startswith("邮件没有发出：邮件服务器127.0.0.1:1没有收下（连接被拒绝）")
    assert "设置EMAIL_BACKEND" in mark.tried_words
    User.objects.update(email="")
    assert "您的账号没有电子邮箱" in try_out(client, OpeningItem.MAIL).tried_words


def test_a_message_goes_to_the_own_number_by_the_gateway(client, keeper, settings):
    settings.SMS_SIGN_NAME, settings.SMS_TEMPLATE, settings.SMS_NEWS_TEMPLATE, settings.EMAIL_TIMEOUT = "上海住建", "SMS_1", "SMS_2", 5
    with AlibabaSms() as server:
        settings.SMS_URL, settings.SMS_KEY_ID, settings.SMS_KEY_SECRET = server.url, server.key_id, server.secret
        assert try_out(client, OpeningItem.SMS).tried_well
        assert (len(server.sent), line(OpeningItem.SMS).state) == (1, DONE)
        settings.SMS_KEY_SECRET = "wrong"
        mark = try_out(client, OpeningItem.SMS)
        assert (mark.tried_well, mark.tried_words.startswith("短信没有发出：短信网关没有收下（Signature")) == (False, True)
    assert "13900000001" not in mark.tried_words


def test_the_converter_of_the_office_is_tried_on_a_page_where_there_is_one(client, keeper, settings, tmp_path):
    assert OpeningItem.OFD not in {one.item for one in check_lines(clock.now())}
    converter = tmp_path / "pdf2ofd"
    converter.write_text('#!/bin/sh\nmkdir ofd && cd ofd && echo "<OFD/>" > OFD.xml && python3 -m zipfile -c "$2" OFD.xml\n')
    converter.chmod(0o700)
    settings.OFD_CONVERTER = str(converter)
    assert line(OpeningItem.OFD).state == OPEN
    assert try_out(client, OpeningItem.OFD).tried_well
    assert line(OpeningItem.OFD).state == DONE
    converter.write_text("#!/bin/sh\nexit 2\n")
    mark = try_out(client, OpeningItem.OFD)
    assert (mark.tried_well, mark.tried_words) == (False, "OFD没有转换成：转换程序出错（2）。设置GD_OFD_CONVERTER、GD_OFD_SECONDS")


def test_the_scanner_has_to_know_the_virus_that_all_know(client, keeper, settings, tmp_path):
    settings.CLAMD, settings.CLAMD_SECONDS = f"unix://{tmp_path}/away.sock", 5
    mark = try_out(client, OpeningItem.SCANNER)
    assert (mark.tried_well, "没有应答" in mark.tried_words, "设置GD_CLAMD" in mark.tried_words) == (False, True, True)
    own = OwnScanner(tmp_path)
    own.start()
    try:
        settings.CLAMD = own.address
        assert line(OpeningItem.SCANNER).state == OPEN
        assert try_out(client, OpeningItem.SCANNER).tried_well
        assert line(OpeningItem.SCANNER).state == DONE
    finally:
        own.end()


def test_a_file_is_written_read_and_gone(client, keeper, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    assert line(OpeningItem.STORAGE).state == OPEN
    assert try_out(client, OpeningItem.STORAGE).tried_well
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    assert line(OpeningItem.STORAGE).state == DONE
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("no folder")
    mark = try_out(client, OpeningItem.STORAGE)
    assert (mark.tried_well, mark.tried_words.startswith("文件存不进或者读不出：")) == (False, True)
    assert client.get(reverse(LIST)).status_code == 200


def test_the_folder_of_backups_takes_a_file_for_who_may_read_it(client, keeper, settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_RECIPIENT = str(tmp_path / "backups"), str(pyrage.x25519.Identity.generate().to_public())
    mark = try_out(client, OpeningItem.BACKUP)
    assert (mark.tried_well, mark.tried_words) == (True, "备份文件夹可以写入，加密")
    assert list((tmp_path / "backups").iterdir()) == []
    assert line(OpeningItem.BACKUP).state == MISSING, "a folder is no backup"
    settings.BACKUP_RECIPIENT = "age1nobody"
    assert "不是 age 公钥" in try_out(client, OpeningItem.BACKUP).tried_words
    (tmp_path / "file").write_text("no folder")
    settings.BACKUP_DIR = str(tmp_path / "file")
    assert "备份文件夹不能写入" in try_out(client, OpeningItem.BACKUP).tried_words


def test_the_clock_is_asked_and_a_wrong_host_is_missing(client, keeper):
    assert line(OpeningItem.CLOCK).state == OPEN
    assert try_out(client, OpeningItem.CLOCK).tried_well
    assert line(OpeningItem.CLOCK).state == DONE
    HostClock.objects.create(host="web-2", seconds=600, seen_at=dt.datetime.now(tz=dt.UTC))
    assert (line(OpeningItem.CLOCK).state, "web-2" in line(OpeningItem.CLOCK).words) == (MISSING, True)
    assert "web-2" in try_out(client, OpeningItem.CLOCK).tried_words


@contextmanager
def discovery(issuer=""):
    """A provider that only says who it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = f'{{"issuer": "{issuer or own}"}}'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    own = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()


def test_single_sign_on_is_a_line_where_it_is_set_and_its_provider_is_read(client, keeper, settings):
    assert OpeningItem.SINGLE_SIGN_ON not in {line.item for line in check_lines(clock.now())}
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SECONDS = "portal", "secret", 5
    with discovery() as settings.OIDC_ISSUER:
        assert line(OpeningItem.SINGLE_SIGN_ON).state == OPEN
        assert try_out(client, OpeningItem.SINGLE_SIGN_ON).tried_well
        assert line(OpeningItem.SINGLE_SIGN_ON).state == DONE
    assert "发现文档读不到" in try_out(client, OpeningItem.SINGLE_SIGN_ON).tried_words, "what was read before does not count"
    with discovery("https://other.example") as settings.OIDC_ISSUER:
        assert "签发者" in try_out(client, OpeningItem.SINGLE_SIGN_ON).tried_words


def test_nothing_set_nothing_to_try_and_no_second_trial_at_once(client, keeper, settings):
    for item in (OpeningItem.MAIL, OpeningItem.SMS, OpeningItem.SCANNER, OpeningItem.BACKUP, OpeningItem.BODIES):
        assert client.post(reverse("portal:first_day_try", args=[item])).status_code == 302
    assert not OpeningMark.objects.exists()
    try_it = reverse("portal:first_day_try", args=[OpeningItem.STORAGE])
    client.post(try_it)
    first = OpeningMark.objects.get()
    answer = client.post(try_it, follow=True)
    assert "刚刚试过" in answer.content.decode()
    assert OpeningMark.objects.get().tried_at == first.tried_at


def test_a_trial_is_made_by_the_worker_that_has_what_it_needs_and_one_that_does_not_answer_is_told(client, keeper, settings):
    settings.CLAMD = "tcp://127.0.0.1:1"
    client.post(reverse("portal:first_day_try", args=[OpeningItem.SCANNER]))
    assert OutboxMessage.objects.get(kind=services.TRIAL).payload == {"item": OpeningItem.SCANNER}
    assert "后台进程尚未办完" in client.get(reverse(LIST)).content.decode()
    OpeningMark.objects.update(asked_at=clock.now() - dt.timedelta(minutes=5))
    assert line(OpeningItem.SCANNER).is_unanswered
    assert "没有后台进程接手" in client.get(reverse(LIST)).content.decode()
    assert (services.try_line(OpeningItem.SCANNER), services.try_line(OpeningItem.SCANNER)) == (True, False)
    assert not line(OpeningItem.SCANNER).is_unanswered
    assert {trial.queue for trial in TRIALS.values()} == {"", "default", "mail", "maintenance", "reports"}
    outbox.drain()


def test_open_lines_are_tasks_of_their_owners_and_the_rest_is_one_task_of_all_keepers(client, keeper, settings):
    other = make_user("security_keeper")
    settings.MEDIA_ROOT = settings.MEDIA_ROOT
    opened = [line for line in check_lines(clock.now()) if line.is_open]

    def tasks(person):
        return [(task.title, task.subject, task.link, task.due) for task in todo_of(Viewer(User.objects.get(pk=person.pk))).first()]

    whole = ("开用检查", f"{len(opened)}项没有负责人", reverse(LIST), None)
    assert tasks(keeper) == tasks(other) == [whole]
    assert tasks(make_user("city_officer")) == []
    due = clock.today() + dt.timedelta(days=3)
    for item in (OpeningItem.SEATS, OpeningItem.MAIL):
        services.assign(item=item, owner=other, due=due, by=keeper)
    rest = ("开用检查", f"{len(opened) - 2}项没有负责人", reverse(LIST), None)
    own = [("开用检查", what, address(item), due) for item, what in ((OpeningItem.SEATS, "各岗位的人员"), (OpeningItem.MAIL, "邮件"))]
    assert (tasks(keeper), sorted(tasks(other), key=str)) == ([rest], sorted([*own, rest], key=str))
    services.set_aside(item=OpeningItem.MAIL, reason="不用（虚构）", by=keeper)
    OpeningMark.objects.update(due=clock.today() - dt.timedelta(days=20))
    client.force_login(other)
    desk = client.get(reverse("portal:workdesk"))
    late = [item for item in desk.context["shown_todo"] if item.days is not None]
    assert [(item.notes[0], item.days < 0) for item in late] == [("各岗位的人员", True)]
    other.posts.update(valid_to=clock.today() - dt.timedelta(days=1))
    assert tasks(keeper) == [("开用检查", f"{len(opened) - 1}项没有负责人", reverse(LIST), None)], "whoever left owns nothing"
