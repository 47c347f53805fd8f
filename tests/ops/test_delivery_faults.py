"""Mails with real processes that are killed: none is lost, and none sent twice but one that was taken, which says so."""

import datetime as dt
import shutil
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from greendistrict import embedded
from greendistrict.core import clock
from greendistrict.processes import until
from tests.ops.test_killed_decision import post
from tests.processes import SELDOM, Portal
from tests.servers import OwnMailServer, OwnPostgres, OwnRedis

pytestmark = [
    pytest.mark.area("greendistrict/notifications", "greendistrict/workflow", "greendistrict/celery.py", "greendistrict/settings/jobs.py"),
]
SECONDS = 180
READER = """
    INSERT INTO accounts_user (username, name, email, phone, password, is_active, is_demo, care_mode, introduced, notice_agreed)
    VALUES (%s, '演示收件人', %s, '', '', true, true, false, false, 0) RETURNING id
"""
ASKED = """
    INSERT INTO workflow_outboxmessage (kind, key, payload, created_at, attempts, unsure, error)
    SELECT 'notification', %s || n, jsonb_build_object(
        'kind', 'case_moved', 'receiver', %s::int, 'title', 'T', 'body', '', 'link', '', 'demo', true
    ), now(), 0, 0, '' FROM generate_series(1, %s) AS n
"""


class Installation(Portal):
    """Worker and two beats on a PostgreSQL, a Redis and a mail server of their own."""

    def __init__(self, folder, postgres, redis, mail):
        self.postgres, self.redis, self.mailed = postgres, redis, mail
        smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(mail.port)}
        failpoint = {"GD_TEST_FAILPOINT": str(folder / "failpoint"), "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
        super().__init__(folder, "delivery", REDIS_URL=redis.url, GD_SEND_SECONDS="5", **smtp, **failpoint)
        self.environment |= {"DATABASE_URL": postgres.url(embedded.APP), "GD_OWNER_DATABASE_URL": postgres.url()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def begin(self, template):
        self.postgres.copy(template)
        (self.reader,) = self.rows(READER, "reader", "reader@example.invalid")[0]
        self.start_worker()
        for label in ("beat", "beat2"):
            words = ("celery", "--app", "greendistrict", "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(self.folder / label))
            self.start(label, *words, GD_DAILY_SECONDS=str(SELDOM))

    def ask(self, batch, count):
        """Messages to the reader, as decisions would ask for them; returns the marks of their mails."""
        self.rows(ASKED, f"{batch}:", self.reader, count)
        return {sha256(f"{batch}:{number}".encode()).hexdigest() for number in range(1, count + 1)}

    def mails(self, marks):
        """How often each of these mails was taken, and which of them said that they may be repetitions."""
        found = [mail for mail in self.mailed.taken if mail["X-GD-Key"] in marks]
        return Counter(mail["X-GD-Key"] for mail in found), {mail["X-GD-Key"] for mail in found if mail["X-GD-Repeated"]}

    def open(self):
        return self.rows("SELECT count(*) FROM workflow_outboxmessage WHERE done_at IS NULL")[0][0]

    def wait(self, marks):
        """Until nothing is asked for any more; every mail was taken."""
        assert until(lambda: self.open() == 0, SECONDS), self.log("worker1").read_text(errors="replace")[-4000:]
        counted, repeated = self.mails(marks)
        assert counted.keys() == marks
        assert {mark for mark, times in counted.items() if times > 1} <= repeated
        assert max(counted.values()) <= 2
        return counted, repeated


@pytest.fixture
def installation(tmp_path):
    folders = [Path(tempfile.mkdtemp(prefix=f"gd-{name}-")) for name in ("pg", "redis")]
    postgres, redis = OwnPostgres(folders[0]), OwnRedis(folders[1])
    try:
        with Portal(tmp_path / "template", "delivery_template") as shared:
            template = shared.migrate()
            address = urlsplit(shared.environment["GD_OWNER_DATABASE_URL"])
        postgres.start()
        redis.start()
        with OwnMailServer() as mail, Installation(tmp_path / "portal", postgres, redis, mail) as found:
            found.begin(urlunsplit(address._replace(path=f"/{template}")))
            yield found
    finally:
        redis.kill()
        postgres.stop()
        for folder in folders:
            shutil.rmtree(folder)


def in_the_middle(installation, after, act):
    """Do something when so many more mails have been taken, before the mail server answers the last of them."""
    limit, done = len(installation.mailed.taken) + after, []

    def taken(number):
        if number == limit:
            act()
            done.append(number)

    installation.mailed.on_taken = taken
    return lambda: until(lambda: bool(done), SECONDS)


def worker_killed(installation):
    """kill -9 between the mail server's taking and its answer, among a thousand mails."""
    happened = in_the_middle(installation, 300, lambda: installation.kill("worker1"))
    marks = installation.ask("killed", 1000)
    assert happened()
    assert installation.open() > 0
    installation.start_worker()
    counted, repeated = installation.wait(marks)
    twice = {mark for mark, times in counted.items() if times == 2}
    assert len(twice) == 1
    assert twice == repeated


def redis_lost(installation):
    """Redis goes with all it held; what is asked for meanwhile arrives as well."""
    happened = in_the_middle(installation, 20, lambda: None)
    marks = installation.ask("queue", 80)
    assert happened()
    installation.redis.lose()
    marks |= installation.ask("meanwhile", 20)
    installation.redis.start()
    counted, repeated = installation.wait(marks)
    assert (set(counted.values()), repeated) == ({1}, set())


def postgres_restarted(installation):
    """The database goes between taking and mark, and comes back."""
    happened = in_the_middle(installation, 20, installation.postgres.stop)
    marks = installation.ask("database", 80)
    assert happened()
    installation.postgres.start()
    counted, repeated = installation.wait(marks)
    assert sum(counted.values()) == 81
    assert len(repeated) == 1


def clock_put_back(installation):
    """What failed waits by the clock; put back by two days, it does not wait for two days."""
    now = clock.now()
    installation.move(now)
    installation.mailed.refusing.set()
    marks = installation.ask("clock", 5)
    tried = "SELECT count(*) FROM workflow_outboxmessage WHERE key LIKE 'mail:%%' AND done_at IS NULL AND attempts = 1 AND unsure = 0"
    assert until(lambda: installation.rows(tried) == [(5,)], SECONDS)
    installation.mailed.refusing.clear()
    installation.move(now - dt.timedelta(days=2))
    counted, repeated = installation.wait(marks)
    assert (set(counted.values()), repeated) == ({1}, set())


def web_killed(installation):
    """The web server is killed after the commit of a request and before its effect."""
    installation.rows(READER, "forgetful", "forgetful@example.invalid")
    armed = Path(installation.environment["GD_TEST_FAILPOINT"])
    installation.start_web(application="tests.ops.failpoint:application")
    armed.write_text("armed", encoding="utf-8")
    typed = {"username": "forgetful", "email": "forgetful@example.invalid"}
    assert post(installation, "/accounts/forgotten/", typed, "none") is None
    assert not armed.exists()
    assert until(lambda: installation.open() == 0, SECONDS)
    assert [mail["To"] for mail in installation.mailed.taken].count("forgetful@example.invalid") == 1


def test_each_mail_leaves_once_whatever_is_killed(installation):
    for fault in (worker_killed, redis_lost, postgres_restarted, clock_put_back, web_killed):
        fault(installation)
        installation.mailed.on_taken = None
    beats = installation.rows("SELECT queues FROM core_workerheartbeat WHERE seen_at <> started_at")
    assert beats == [("default,hooks,imports,mail,maintenance,office,reports",)]
    for label in ("beat", "beat2"):  # both have called for the same work all along
        assert "Sending due task mail-drain" in installation.log(label).read_text(errors="replace")
