"""What the page of each state shows each seat, read from the pages and held against ``offers.yaml``.

The file is the independent statement of who may do what: ``make offers KEEP=1`` writes it anew, and the difference is read in review.
Each state lists steps with the seats that are offered them: ``step→state`` stands on the matter's page and leads to the state (none: it
stays), ``(step→state)`` stands on a page of its own, ``(step→state)!`` is offered to somebody who does not open the matter's page. ``-``
stands for nothing to do: those seats only read the page.
"""

import os
from collections import defaultdict
from functools import cache
from http import HTTPStatus
from pathlib import Path

import yaml
from django.test import Client

from greendistrict.workflow.procedure import offered
from tests.signing_in import browser

FILE = Path(__file__).with_name("offers.yaml")


@cache
def kept() -> dict[str, dict[str, dict[str, str]]]:
    """machine → state → steps → seats, separated by blanks."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def seen_by(name: str, state: str) -> list[str]:
    """Seats that open the page of a matter of the machine in a state."""
    return [seat for steps, seats in kept()[name][state].items() if not steps.endswith("!") for seat in seats.split()]


def browsers(matter) -> dict[str, Client]:
    """A browser for each seat, in which its person has signed in."""
    return {seat: browser(user) for seat, user in matter.seats().items()}


def opened(clients, matter) -> dict[str, tuple[str, str]]:
    """The address and the text of the matter's page as each seat gets it that opens it."""
    found = {}
    for seat, client in clients.items():
        answer = client.get(matter.page(), follow=True)  # experts are led to their own page
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}, (seat, answer.status_code)
        if answer.status_code == HTTPStatus.OK:
            found[seat] = answer.request["PATH_INFO"], answer.content.decode()
    return found


def shown(matter, pages) -> dict[str, str]:
    """What each seat sees on its page, in the form of the file. Fails where a page shows a step that its seat is not offered."""
    found = defaultdict(list)
    for seat, user in matter.seats().items():
        opens = seat in pages
        text = " ".join(pages.get(seat, ("", ""))[1].split())
        steps = [one.action for one in offered(matter.fresh(), user)]
        there = [one.action for one in matter.machine.leaving(matter.state) if stands(matter, one.action, text)]
        assert set(there) <= set(steps), f"{matter.page()} shows {seat} {there}, who is offered {steps}"
        words = " ".join(leads(matter, step) if step in there else f"({leads(matter, step)}){'' if opens else '!'}" for step in steps)
        if opens or words:
            found[words or "-"].append(seat)
    return {words: " ".join(seats) for words, seats in found.items()}


def leads(matter, action) -> str:
    """A step with the state to which it leads."""
    target = matter.machine.find(action, matter.state).target
    return action if target == matter.state else f"{action}→{target}"


def stands(matter, action, text) -> bool:
    """Whether the page shows a step: its button, or the words about it."""
    return any(mark in text for mark in (f'name="action" value="{action}"', f'-{matter.prefix(action)}-{action}"'))


def check(name: str, state: str, found: dict[str, str]) -> None:
    """Compare with the file; with ``GD_OFFERS_KEEP=1`` write it there."""
    stored = kept()
    if os.environ.get("GD_OFFERS_KEEP"):
        stored.setdefault(name, {})[state] = found
        FILE.write_text(yaml.safe_dump(stored, allow_unicode=True, sort_keys=True, width=1000), encoding="utf-8")
    assert found == stored.get(name, {}).get(state), "if it is meant: make offers KEEP=1"
