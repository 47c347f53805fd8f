"""``manage.py load``: people of all seats at work at once, beside the same load on the limits of the bench."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tools.bench.inside import MeasuringCommand
from tools.load.mix import MIX, read_mix

STEPS, SECONDS = (100, 200, 400), 60.0


class Command(MeasuringCommand):
    """Measures in a temporary database, in the last week of March. Figures are only reported; a load without any answer is an error."""

    help, name = "Let people of all seats work at once", "load"
    business_time = "2027-03-25T09:00:00+08:00"  # of the year after the one that the rows of the bench report on

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: people of each step, time, mix, and those of all."""
        parser.add_argument("--people", type=int, nargs="+", default=list(STEPS), help="people at once, step by step")
        parser.add_argument("--seconds", type=float, default=SECONDS, help="that count, of each side of each step")
        parser.add_argument("--think", type=float, help="mean seconds to think, instead of those of the mix")
        parser.add_argument("--mix", type=Path, default=MIX, help="shares of people and acts")
        super().add_arguments(parser)

    def words(self, options: dict[str, Any]) -> list[str]:
        """What was chosen."""
        think = [] if options["think"] is None else ["--think", str(options["think"])]
        mix = ["--mix", str(options["mix"].absolute())]
        return ["--seconds", str(options["seconds"]), *think, *mix, "--people", *map(str, options["people"])]

    def measure(self, options: dict[str, Any], logs: Path) -> None:
        """Let them work, tell of each step, write the file."""
        from tools.load import run  # noqa: PLC0415 -- only with the limits' URLs

        mix = read_mix(options["mix"])
        think = mix.think_seconds if options["think"] is None else options["think"]
        plan = run.TINY if options["tiny"] else run.LoadPlan(tuple(options["people"]), options["seconds"], think)
        results = run.run(plan, mix, logs, self.say)
        run.write(plan, results, options["out"])
        self.say(str(options["out"]))
        if silent := [step["people"] for step in results if not step["acts"]]:
            msg = f"no answers with {', '.join(map(str, silent))} people"
            raise CommandError(msg)
