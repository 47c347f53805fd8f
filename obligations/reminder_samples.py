"""What the pages of approvals ask of obligations; samples of them for trying a reminder text."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

from approvals.common.duties import AffectedGroup, TriedMessage
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.memoisation import held_reads
from greendistrict.policy import message_texts
from greendistrict.policy.duty_table import CLIMBING, duty_kind
from obligations.duties import UNMET_STATES, Obligation
from obligations.reminder_ladder import Rung, climbed, rung_days
from obligations.reminder_seats import seats_today
from obligations.reminder_settings import ladder_of
from obligations.reminder_texts import block_of_rung, body, subject, words_of
from obligations.selectors import obligations_visible_to
from obligations.setting_preview import moved_by_setting
from obligations.urging import urged_of_cases

MOST = 200


class DutiesOfPages:
    """Implementation of the interface ``approvals.common.duties``."""

    def moved_by_setting(self, key: str, value: object, today: dt.date) -> list[AffectedGroup]:
        """Obligations whose last day another value would move."""
        return moved_by_setting(key, value, today)

    def urged_of_cases(self, matters: Collection[str], since: dt.date) -> Mapping[str, dt.date]:
        """Last day of urging by case."""
        return urged_of_cases(matters, since)

    def samples(self, viewer: Viewer, key: str) -> list[tuple[str, str]]:
        """Visible unmet obligations whose reminders contain the text block, the most urgent ones."""
        found = [owed for owed in _unmet(viewer) if _has(owed, key)]
        return [(owed.key, f"{owed.district}{owed.title}，{owed.organisation}") for owed in found[:MOST]]

    def tried(self, viewer: Viewer, key: str, text: str, duty: str) -> TriedMessage | None:
        """The reminder on the day of its step."""
        owed = next((row for row in _unmet(viewer) if row.key == duty and _has(row, key)), None)
        rung = _rung(owed, key) if owed else None
        if owed is None or rung is None:
            return None
        told = message_texts.PREFIX + message_texts.TOLD
        with held_reads():
            words = words_of(rung.day, workdays.current(), seats_today())
        own = f"{key.partition(message_texts.OF_KIND)[0]}{message_texts.OF_KIND}{owed.kind}"
        words = replace(words, texts={**words.texts, own: text})
        ladder = ladder_of(duty_kind(owed.kind))
        whom = "、".join(climbed(ladder, rung.key)) if ladder else ""
        acts = not key.startswith(told)
        title, said = subject(owed, rung, words, acts=acts, told=whom), body(owed, rung, words, acts=acts, told=whom)
        return TriedMessage(f"{owed.district}{owed.title}", title, said)


def _unmet(viewer: Viewer) -> list[Obligation]:
    rows = obligations_visible_to(viewer)
    return [owed for owed in rows if owed.state(viewer.today) in UNMET_STATES and duty_kind(owed.kind).is_urged]


def _has(owed: Obligation, key: str) -> bool:
    """Whether reminders of the obligation contain the text block."""
    general, _, kind = key.partition(message_texts.OF_KIND)
    reader = message_texts.OWN if duty_kind(owed.kind).rungs == CLIMBING else message_texts.STAFF
    return general.removesuffix(message_texts.SUBJECT).endswith(f"-{reader}") and kind in {"", owed.kind} and _rung(owed, key) is not None


def _rung(owed: Obligation, key: str) -> Rung | None:
    """First step that contains the text block."""
    ladder, calendar = ladder_of(duty_kind(owed.kind)), workdays.current()
    wanted = key.removeprefix(message_texts.PREFIX).partition("-")[0]
    rungs = rung_days(ladder, owed.due, calendar) if ladder else []
    return next((rung for rung in rungs if wanted in {block_of_rung(rung, acts=True), block_of_rung(rung, acts=False)}), None)
