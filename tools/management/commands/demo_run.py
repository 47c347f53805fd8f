"""``manage.py demo_run``: run the main job: a self-check is received, and the worker makes the annual reports."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.self_checks.models import SelfCheck, SelfCheckState
from greendistrict.accounts.models import User
from greendistrict.workflow.procedure import take
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report


class Command(BaseCommand):
    """Needs a running worker; prints the paths of the PDFs and workbooks, one per line."""

    help = "Receive a self-check and let the worker make the annual reports"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: how long to wait for the worker."""
        parser.add_argument("--timeout", type=int, default=180)

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails with the reason if the worker does not finish in time."""
        del args
        officer = User.objects.filter(username="city-officer", is_demo=True).first()
        if officer is None:
            msg = "先运行 demo_load"
            raise CommandError(msg)
        check = SelfCheck.objects.filter(status=SelfCheckState.FILED, district__is_demo=True).order_by("pk").first()
        if check is not None:
            take(obj=check, action="receive", by=officer, version=check.version)
            request_report(kind=ReportKind.ANNUAL_CITY, year=check.year, by=officer)
            self.stdout.write(f"已接收 {check}，报告由后台生成")
        self._wait(options["timeout"])
        for path in self._files():
            self.stdout.write(str(path))

    def _wait(self, seconds: int) -> None:
        limit = time.monotonic() + seconds
        open_jobs = ExportJob.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING))
        while open_jobs.exists():
            if time.monotonic() > limit:
                msg = f"报告 {seconds} 秒内没有生成：{', '.join(map(str, open_jobs))}"
                raise CommandError(msg)
            time.sleep(0.5)
        if failed := list(ExportJob.objects.filter(state=JobState.FAILED)):
            msg = "；".join(f"{job}：{job.error}" for job in failed)
            raise CommandError(msg)

    def _files(self) -> list[Path]:
        """Copies, with readable names, of the newest report of each kind, year and district."""
        folder = Path(settings.VAR_DIR) / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        written: dict[str, Path] = {}
        for job in ExportJob.objects.filter(state=JobState.DONE).prefetch_related("files__document").order_by("pk"):
            for file in job.files.all():
                path = folder / file.document.original_name
                with file.document.file.open("rb") as handle:
                    path.write_bytes(handle.read())
                written[path.name] = path
        return [written[name] for name in sorted(written)]
