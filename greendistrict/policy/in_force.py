"""Policies in force: the policy files with numbers replaced by decisions of the city."""

import datetime as dt
from dataclasses import replace

from greendistrict.core import clock
from greendistrict.policy import engine, parameters
from greendistrict.policy.life import with_life
from greendistrict.policy.loader import all_policies
from greendistrict.policy.rule_parameters import with_decided
from greendistrict.policy.types import Policy


def policies() -> tuple[Policy, ...]:
    """All policies with decided numbers, confirmed readings, and as registered documents left them, oldest first; one small query."""
    loaded = parameters.load()
    decided, confirmed = loaded.rule_numbers(), loaded.confirmed_readings()
    known = all_policies()
    if decided or confirmed:
        known = tuple(with_decided(policy, decided, confirmed) for policy in known)
    return with_life(known, loaded.life) if loaded.life else known


def policy_in_force(on: dt.date) -> Policy:
    """Policy in force on ``on``, first and last day included. Raises ``NoPolicyInForce``."""
    return engine.policy_in_force(on, policies())


def policy_for(on: dt.date, accepted: dt.datetime | None) -> Policy:
    """Policy of a matter on a day: the one in force, else the one under which it was accepted if that lets such matters be finished.

    Raises ``NoPolicyInForce``.
    """
    known = policies()
    try:
        return engine.policy_in_force(on, known)
    except engine.NoPolicyInForce:
        began = accepted.astimezone(clock.SHANGHAI).date() if accepted else on
        for policy in known:
            if policy.change and policy.change.finishing and policy.is_in_force(began):
                return replace(policy, expires=on)
        raise
