"""Procedure of an archive volume: facts, effects and recipients of its steps."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Party, Procedure, Step, Taken, row_lock
from reports.archive import selectors, services
from reports.archive.forms import HandOverForm
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveVolume

MESSAGE = Message.ARCHIVE_VOLUME
WORDS = {"submit": "整理完毕，请检查", "close": "已归档", "return": "退回整理", "reopen": "重新打开整理", "hand_over": "已移交"}


def _note(taken: Taken) -> Note:
    volume, record = taken.obj, taken.record
    page = reverse("reports:archive_volume", args=[volume.pk])
    return Note(f"{volume}：{WORDS[record.action]}", record.reason, page, demo=volume.is_demo)


def _closed(volume: Any, by: User | None, _values: Mapping[str, Any]) -> Mapping[str, Any]:
    assert by is not None  # noqa: S101 -- the step has a seat
    return services.numbered(volume, by)


def _again(_volume: Any, _by: User | None, _values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"ready_at": None}


def _handed_over(volume: Any, by: User | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {name: values[name] for name in ("receiver", "receiving_person", "handed_over_on")}
    return {**given, "is_demo": volume.is_demo or bool(by and by.is_demo)}


def _fonds(volume: Any, _today: dt.date) -> str:
    return volume.fonds or selectors.fonds()


ARCHIVE_STEPS = Procedure(
    machine=ARCHIVE_VOLUME,
    lock=row_lock(ArchiveVolume, "district"),
    words=_note,
    facts={
        "fonds": _fonds,
        "kept": lambda volume, _today: volume.items.filter(number__isnull=False).count(),
        "unmade": lambda volume, _today: selectors.unmade(volume),
    },
    parties={
        "city_officer": Party("市级经办", lambda _volume, _source: holding(Role.CITY_OFFICER)),
        "city_checker": Party("市级审核", lambda _volume, _source: holding(Role.CITY_CHECKER)),
    },
    waits={
        "preparing": lambda volume: ("city_checker",) if volume.ready_at else ("city_officer",),
        "closed": lambda _volume: (),  # it is handed over years later
    },
    steps={
        "submit": Step(facts=("kept", "unmade"), with_state=services.submitted, turn=("city_checker",), message=MESSAGE),
        "close": Step(
            facts=("fonds", "kept", "unmade"),
            with_state=_closed,
            effect=services.on_close,
            makes=("number",),
            informed=("city_officer",),
            message=MESSAGE,
        ),
        "return": Step(with_state=_again, turn=("city_officer",), message=MESSAGE),
        "reopen": Step(with_state=_again, turn=("city_officer",), message=MESSAGE),
        "hand_over": Step(form=HandOverForm, with_state=_handed_over, informed=("city_officer",), message=MESSAGE),
    },
)
