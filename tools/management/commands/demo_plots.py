"""``manage.py demo_plots CODE --count N``: fill a fictional district with plots, drawn on its boundary."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from districts.file.models.district import District
from tools.demo.plots import MOST, fill_plots, shape_plots


class Command(BaseCommand):
    """Reproducible: the same number and seed give the same plots. Real districts are refused."""

    help = "Fill a fictional district with plots"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: district, number, seed."""
        parser.add_argument("code", help="code of a fictional district")
        parser.add_argument("--count", type=int, default=200, help=f"1 to {MOST}")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused for a real district; not installed in production."""
        del args
        district = District.objects.filter(code=options["code"]).first()
        if district is None or not district.is_demo:
            msg = f"没有虚构城区{options['code']}；真实城区只保留有出处的事实"
            raise CommandError(msg)
        try:
            made = fill_plots(district, options["count"], seed=options["seed"])
            if district.boundary:
                shape_plots(district)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{district}：新增{made}个地块（演示数据）")
