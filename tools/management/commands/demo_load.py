"""``manage.py demo_load``: load reference data and the fictional data once; a second run changes nothing."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.workflow import outbox
from portal.reference.services import load_reference_data
from reports.jobs.services import requeue_open
from tools.demo import cast, inbox, reset, story
from tools.demo.progress import Progress


class Command(BaseCommand):
    """Creates the demo data with the services at past times; remains of an interrupted run are removed first."""

    help = "Load reference data and demo data"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused if there are real accounts; not installed in production."""
        del args, options
        if User.objects.filter(is_demo=False).exists():
            msg = "这里已有正式账号，演示数据和正式数据不能混在一起"
            raise CommandError(msg)
        if self._complete():
            requeue_open()  # left by an interrupted start; no worker runs yet
            self.stdout.write("演示数据已在，未作改动")
            return
        with connection.cursor() as cursor:  # if a crash loses the last commits, the next run removes the incomplete data
            cursor.execute("SET synchronous_commit = off")
        reset.remove_fiction()
        load_reference_data(log=self.stdout.write)
        started = time.monotonic()
        self.stdout.write("演示单位和人员 …")
        bodies = cast.make_organisations()
        people = cast.make_people(bodies)
        with Progress(self.stdout.write):
            story.load(bodies, people)
        self.stdout.write("提醒、消息和报告任务 …")
        outbox.drain(limit=100_000)
        inbox.date_back()
        cast.give_addresses()
        self.stdout.write(f"演示数据装入完成，用时 {time.monotonic() - started:.0f} 秒")

    def _complete(self) -> bool:
        """Whether loading was completed: mail addresses are set last, so a person who has one proves it."""
        loaded = User.objects.filter(is_demo=True).exclude(email="").exists()
        return loaded and cast.accounts_path().exists() and District.objects.filter(is_demo=True).exists()
