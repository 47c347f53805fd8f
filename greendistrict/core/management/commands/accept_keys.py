"""``manage.py accept_keys``: this host's keys are those of the installation from now on, as after a restore into a new one."""

from typing import Any

from django.core.management.base import BaseCommand

from greendistrict.core import key_marks


class Command(BaseCommand):
    """Every other host then has to have the same keys; what was encrypted with a lost one stays unreadable."""

    help = "Take this host's receipt and field keys for those that every host has to have"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Store the digests."""
        key_marks.accept()
        self.stdout.write(f"已登记本机的 {'、'.join(key_marks.NAMES.values())}，其他主机须与之相同")
