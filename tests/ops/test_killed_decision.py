"""kill -9 between commit and effect: the decision stands whole, its effects happen later and once."""

import http.client
import json
import os
import socket
from urllib.parse import urlencode, urlsplit

import pytest

from greendistrict.processes import until
from tests.processes import READY_SECONDS, Portal

pytestmark = pytest.mark.area("greendistrict/workflow", "approvals/changes")
SETUP = """
import django; django.setup()
import json
from django.test import Client
from tests.factories.accounts import cast
from tests.approvals.changes.test_change import Asked
asked = Asked(people=cast()).to_deciding()
client = Client(); client.force_login(asked.people.city_director)
from django.conf import settings
print(json.dumps({"case": asked.case.pk, "version": asked.case.version, "session": client.cookies[settings.SESSION_COOKIE_NAME].value}))
"""
LOOK = """
import django; django.setup()
import json
from approvals.cases.models.cases import Case
from greendistrict.audit.models import AuditRecord
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
{do}
case = Case.objects.get()
print(json.dumps({{
    "status": case.status, "star": case.district.target_star, "result": case.change.result,
    "records": TransitionRecord.objects.filter(action="decide").count(),
    "applied": AuditRecord.objects.filter(action="change.apply").count(),
    "open": OutboxMessage.objects.filter(done_at__isnull=True).count(),
    "told": Notification.objects.filter(title__contains="已同意").count(),
}}))
"""


def asked_of(portal, do=""):
    return json.loads(portal.run("-c", LOOK.format(do=do)).splitlines()[-1])


def post(portal, path, data, session):
    """One request with its own CSRF pair; the answer's status, or None when the server died."""
    address = urlsplit(portal.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    token = "a" * 32
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={token}", "X-CSRFToken": token, "Referer": portal.url, "Origin": portal.url,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    try:
        connection.request("POST", path, urlencode({"csrfmiddlewaretoken": token, **data}), headers)
        return connection.getresponse().status
    except (http.client.HTTPException, OSError):
        return None
    finally:
        connection.close()


def test_a_decision_survives_the_death_of_the_process_and_its_effects_happen_once(tmp_path):
    armed = tmp_path / "failpoint"
    settings = {"GD_TEST_FAILPOINT": str(armed), "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    with Portal(tmp_path / "portal", f"killed_decision_{os.getpid()}", **settings) as portal:
        portal.migrate()
        made = json.loads(portal.run("-c", SETUP).splitlines()[-1])
        asked_of(portal, "outbox.drain()")
        armed.write_text("armed", encoding="utf-8")
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen(16)
            portal.url = f"http://127.0.0.1:{server.getsockname()[1]}"
            words = ["gunicorn", "tests.ops.failpoint:application", "--bind", f"fd://{server.fileno()}", "--no-control-socket"]
            portal.start("web", *words, pass_fds=(server.fileno(),))
        assert until(lambda: "database" in portal.readiness(), READY_SECONDS)
        typed = {"version": made["version"], "number": "演沪建〔2026〕21号", "decided_on": "2026-01-05", "confirmed": "yes"}
        answered = post(portal, f"/cases/{made['case']}/step/decide/", typed, made["session"])
        assert not armed.exists(), f"the failpoint was passed: {answered}"
        assert answered in {None, 502}
        after = asked_of(portal)
        assert (after["status"], after["star"], after["result"]) == ("approved", 3, "目标星级改为三星级")
        assert (after["records"], after["applied"], after["told"]) == (1, 1, 0)
        assert after["open"] > 0
        swept = asked_of(portal, "outbox.drain(); outbox.drain()")
        again = asked_of(portal, "outbox.drain()")
        assert swept == again
        assert (swept["open"], swept["records"], swept["applied"]) == (0, 1, 1)
        assert swept["told"] > 0
        assert post(portal, f"/cases/{made['case']}/step/decide/", typed, made["session"]) in {302, 409}
        assert asked_of(portal) == again
