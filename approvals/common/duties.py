"""Registry of what the app of duties, which stands above, tells the pages of approvals."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class AffectedGroup:
    """One group of objects that a setting affects; ``link`` opens the list of them."""

    label: str
    count: int
    link: str = ""


@dataclass(frozen=True)
class TriedMessage:
    """A reminder generated with a proposed wording: receiver, subject and text."""

    about: str
    subject: str
    text: str


class OpenDuty(NamedTuple):
    """An open duty on the page of a case or of its review: who has to do what until when; experts by number.

    ``default_word``: 默认值 if the day rests on a setting that the city has not confirmed; ``due_told`` has it.
    """

    page: str
    who: str
    what: str
    due: dt.date
    due_told: str
    default_word: str


class DutiesAbove(Protocol):
    """What is asked about duties and their reminders."""

    def open_on_pages(self, viewer: Viewer, districts: Collection[int]) -> Sequence[OpenDuty]:
        """Open duties of cases and their reviews in these districts that the person may read, first day first."""

    def moved_by_setting(self, key: str, value: object, today: dt.date) -> list[AffectedGroup]:
        """Open and future duties whose last day another value of a setting would move."""

    def samples(self, viewer: Viewer, key: str) -> list[tuple[str, str]]:
        """Duties visible to the person whose reminders use this text block, as (key, label)."""

    def tried(self, viewer: Viewer, key: str, text: str, duty: str) -> TriedMessage | None:
        """The reminder of a duty with the proposed wording, or None; nothing is stored or sent."""

    def urged_of_cases(self, matters: Collection[str], since: dt.date) -> Mapping[str, dt.date]:
        """Last day since that one on which the district's side was urged, by case."""


duties_above: Registry[DutiesAbove] = Registry(
    "duties", entry="of duties: what another value of a setting moves, reminders in a wording that is tried, when cases were urged"
)


def duties() -> DutiesAbove:
    """The entry of ``duties_above``. Raises ``ValueError`` if there is none or more than one."""
    return duties_above.only()
