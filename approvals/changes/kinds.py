"""What can be changed by a change case (变更 BG).

A kind is one ``ChangeKind`` in a module of ``approvals/changes/change_kinds``, named in its ``__init__``; nothing
else has to be written: list, pages, numbers, approval chain, comparison, preview of effects and the decision come with it.

The complete example is ``change_kinds/star.py`` (target star). A kind gives

* ``group``: the heading under which the kind is offered;
* ``form``: a ``ChangeForm`` (gets ``district=``, ``today=``); ``values()`` turns what was typed into plain JSON, ``ground_file()`` is a
  file to lie among the materials of the case, whose row joins the values as ``ground_file``;
* ``lines(district, values)``: the comparison 变更前/变更后 in words;
* ``against(district, values, on)``: what makes it impossible (``Refusal`` each); asked while drafting and again at the decision;
* ``apply(Applying)``: carries the change out in the decision's transaction and returns one sentence for the record;
* ``open_to(district)``: whether the kind is offered to this district;
* ``director``: where 审定 is needed whatever the chain of the settings says: ``True`` always (edition), or the name of the action
  in the settings' ``director_decides`` that makes it so (``change_of_baseline``, ``cancel``);
* ``trace(case)``: what the applied change left in the records (a baseline, a boundary), as plain data that nothing later alters; it
  is frozen with the decision and compared by ``verify_decision``;
* ``closing``: the last sentence of the letter that agrees;
* ``watched(district, on)``: aspects in words that are shown before and after even where the change leaves them as they were;
* ``effects(district, values, on)``: lines beside those that the portal finds by itself. It applies the change, asks the policy and the
  scores again and takes everything back (``approvals.changes.services.rehearse``): ``apply`` must write to the database only.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from approvals.cases.models.cases import Case
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refusal

Values = Mapping[str, Any]


@dataclass(frozen=True)
class ComparedValue:
    """One line of a comparison, in words."""

    what: str
    before: str
    after: str

    def plain(self) -> dict[str, str]:
        """Mapping stored with the change."""
        return {"what": self.what, "before": self.before, "after": self.after}


def reason_of(case: Case, reason: str) -> str:
    """Reason stored in records made by the change, beginning with its number."""
    return f"变更{case.number or ''}：{reason}"


@dataclass(frozen=True)
class Applying:
    """Argument of ``apply``: locked district, values, case with its number, reason, the person who decides, and the day."""

    district: District
    values: Values
    case: Case
    reason: str
    by: User
    on: dt.date


class ChangeForm(forms.Form):
    """Base of the forms of change kinds, initialised with district, stored values and the day of the viewer.

    ``prefilled`` are fields that a link to a new change may fill in, ``layout`` is the template of the fields.
    """

    prefilled: tuple[str, ...] = ()
    layout = "approvals/changes/_fields.html"

    def __init__(self, *args: Any, district: District, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.district, self.today = district, today

    def values(self) -> dict[str, Any]:
        """Typed values as plain JSON; models by primary key."""
        return {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}

    def ground_file(self) -> "UploadedFile[Any] | None":
        """File for 变更依据 among the materials; None leaves the one that lies there."""
        return None


def _nothing(district: District, values: Values, on: dt.date) -> list[Any]:
    del district, values, on
    return []


def _unwatched(district: District, on: dt.date) -> dict[str, str]:
    del district, on
    return {}


def _untraced(case: Case) -> dict[str, Any]:
    del case
    return {}


def _everybody(district: District) -> bool:
    del district
    return True


class ChangeGroup(StrEnum):
    """Headings of the page that starts a change, in its order."""

    HOLDER = "主体和称号"
    TARGET = "范围、目标和标准"
    BASELINE = "基线"
    PLOTS = "试点基线内的地块"


@dataclass(frozen=True)
class ChangeKind:
    """One kind of change, as described at the head of this module."""

    key: str
    label: str
    group: ChangeGroup
    form: type[ChangeForm]
    lines: Callable[[District, Values], list[ComparedValue]]
    apply: Callable[[Applying], str]
    hint: str = ""
    against: Callable[[District, Values, dt.date], list[Refusal]] = field(default=_nothing)
    effects: Callable[[District, Values, dt.date], list[ComparedValue]] = field(default=_nothing)
    watched: Callable[[District, dt.date], Mapping[str, str]] = field(default=_unwatched)
    open_to: Callable[[District], bool] = field(default=_everybody)
    director: bool | str = False
    trace: Callable[[Case], dict[str, Any]] = field(default=_untraced)
    closing: str = "已办结的办件和已授予的称号不因本次变更改变，另有决定的除外。"
