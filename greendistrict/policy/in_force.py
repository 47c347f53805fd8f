"""Policies in force: the policy files with numbers replaced by decisions of the city."""

import datetime as dt

from greendistrict.policy import engine, parameters
from greendistrict.policy.loader import all_policies
from greendistrict.policy.rule_parameters import with_decided
from greendistrict.policy.types import Policy


def policies() -> tuple[Policy, ...]:
    """All policies with their decided numbers, oldest first; one small query."""
    decided = parameters.load().rule_numbers()
    return tuple(with_decided(policy, decided) for policy in all_policies()) if decided else all_policies()


def policy_in_force(on: dt.date) -> Policy:
    """Policy in force on ``on``, first and last day included. Raises ``NoPolicyInForce``."""
    return engine.policy_in_force(on, policies())
