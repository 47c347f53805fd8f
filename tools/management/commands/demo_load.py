"""``manage.py demo_load``: reference data and the fiction, once; a second run keeps every row."""

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
    """Makes the story by the services at past moments; what a broken run left is removed first."""

    help = "Load reference data and demo data"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused where real accounts are; not installed in production."""
        del args, options
        if User.objects.filter(is_demo=False).exists():
            msg = "这里已有正式账号，演示数据和正式数据不能混在一起"
            raise CommandError(msg)
        if self._complete():
            requeue_open()  # a start that was broken off left them; no worker runs yet
            self.stdout.write("演示数据已在，未作改动")
            return
        with connection.cursor() as cursor:  # a crash that loses the last steps leaves a broken run, which the next one removes
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
        """Addresses are given last, so a person who has one proves that the story was loaded to its end."""
        loaded = User.objects.filter(is_demo=True).exclude(email="").exists()
        return loaded and cast.accounts_path().exists() and District.objects.filter(is_demo=True).exists()
