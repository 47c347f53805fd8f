"""``manage.py training_load``: load fictional districts into the database of a training installation."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from approvals.cases.models.cases import Case
from greendistrict.accounts.models import User


class Command(BaseCommand):
    """Refused without ``GD_TRAINING`` and if there is real work; the data are those of ``demo_load``."""

    help = "Load practice districts into the database of a training installation"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load the data once; a second run changes nothing."""
        if not settings.TRAINING:
            msg = "本环境不是培训环境：培训另装一套，使用单独的数据库和文件夹，设置 GD_TRAINING=1"
            raise CommandError(msg)
        people, cases = User.objects.filter(is_demo=False).count(), Case.objects.filter(district__is_demo=False).count()
        if people or cases:
            msg = f"这个数据库里有{people}个正式账号、{cases}个正式办件，不能装入培训数据"
            raise CommandError(msg)
        call_command("demo_load", stdout=self.stdout, stderr=self.stderr)
