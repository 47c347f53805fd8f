"""``manage.py check_policy --district CODE --step STEP --on DATE --json``: verdicts of the policy on a district."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.applications.facts import policy_facts
from approvals.cases.selectors.cases import open_application
from districts.facts.facts import district_facts
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy.engine import evaluate
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.report import as_json


class Command(BaseCommand):
    """Uses the facts of the district, and of its open application if there is one."""

    help = "Ask the policy's rules of a step for a district"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: district, step and day."""
        parser.add_argument("--district", required=True, help="code")
        parser.add_argument("--step", required=True, choices=["file", "accept", "grant", "request", "conclude", "decide"])
        parser.add_argument("--on", type=dt.date.fromisoformat, help="day, default: business today")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the verdicts. Exits 1 for an unknown district or a day outside every policy."""
        del args
        district = District.objects.filter(code=options["district"]).first()
        if district is None:
            msg = f"没有代码为 {options['district']} 的城区"
            raise CommandError(msg)
        on, step = options["on"] or clock.today(), PolicyStep(options["step"])
        try:
            policy = policy_in_force(on)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        case = open_application(district)
        facts = policy_facts(case, on) if case else Facts(district_facts(district, on))
        answer = as_json(policy, step, on, evaluate(policy, step, facts, on))
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{district}　{step.label}　{on}　{'可以办理' if answer['allowed'] else '不能办理'}")
        for row in answer["verdicts"]:
            marks = f"{row['verdict']:<5} {row['level']:<7} {row['rule']:<20} {row['cite']}"
            self.stdout.write(f"{marks}　要求 {row['required']}　现状 {row['found']}　{row['remedy']}")
