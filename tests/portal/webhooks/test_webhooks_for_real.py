"""A webhook with real worker and beat: sent after commit, refused once, retried when due."""

import datetime as dt
import os
import re
import time

import pytest

from greendistrict.core import clock
from greendistrict.processes import until
from tests.portal.webhooks.receiver import Receiver, read
from tests.processes import Portal

pytestmark = pytest.mark.area("portal/webhooks")
SECONDS = 60
REGISTER = """
import datetime as dt
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from portal.webhooks import services
body = Organisation.objects.create(name="演示协同部门（虚构）", kind=OrganisationKind.PARTNER, is_demo=True)
user = User.objects.create(username="partner", name="演示人员", is_demo=True)
user.posts.create(organisation=body, role="partner", valid_from=clock.today() - dt.timedelta(days=9))
webhook, secret = services.register_webhook(by=user, url="{url}", events=["title.changed"])
print("SECRET", secret)
services.send_test(by=user, webhook=webhook)
"""


def test_a_worker_sends_it_and_sends_it_again(tmp_path):
    with Receiver(tmp_path) as receiver:
        receiver.plan = [500]
        settings = {"GD_WEBHOOK_HOSTS": "localhost", "GD_WEBHOOK_CA": str(receiver.certificate)}
        with Portal(tmp_path / "portal", f"webhooks_{os.getpid()}", **settings) as portal:
            portal.migrate()
            portal.move(clock.now().astimezone(clock.SHANGHAI).replace(tzinfo=None))
            portal.start_worker()
            portal.start_beat()
            [secret] = re.findall(r"SECRET (\S+)", portal.run("manage.py", "shell", "-c", REGISTER.format(url=receiver.url)))
            assert until(lambda: len(receiver.came) == 1, SECONDS)
            time.sleep(3)  # several rounds of beat
            assert len(receiver.came) == 1
            later = clock.now().astimezone(clock.SHANGHAI).replace(tzinfo=None) + dt.timedelta(minutes=3)
            portal.move(later)
            assert until(lambda: len(receiver.came) == 2, SECONDS)
            assert until(lambda: portal.rows("SELECT 1 FROM portal_webhookdelivery WHERE delivered_at IS NOT NULL"), SECONDS)
            first, second = (read(secret, came, later.replace(tzinfo=clock.SHANGHAI).timestamp()) for came in receiver.came)
            assert first == second
            assert portal.rows("SELECT attempts, answer FROM portal_webhookdelivery") == [(2, 204)]
            assert portal.complaints() == ""
