"""Write reserve projects: opening, saving, deleting a draft; effects of the steps."""

import datetime as dt
from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db import transaction

from beautiful.reserves import rules
from beautiful.reserves.models import ReserveProject
from districts.file.services import hold_constraints
from districts.plausibility.comparisons import PlausibilityFinding, limits_of
from districts.plausibility.services import ask
from districts.plausibility.undertakings import Funds, asked_of_reserve
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Taken, hold, hold_version

PREFIX = "CB"
FIELDS = (
    "pool", "area", "title", "key_project", "content", "effect", "starts_on", "ends_on", "fiscal", "social", "other", "funding_note",
    "readiness",
)  # fmt: skip
CLOSED = "现在不能修改这个储备项目；刚才填写的内容没有保存，可以复制留用"


@transaction.atomic
def open_project(*, proposer: Organisation, pool: str, area: str, title: str, by: User) -> ReserveProject:
    """Create a proposal of a body. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(proposer.pk in rules.proposes_for(posts_of(by)), "储备项目由区专门机构、协同部门或者“美丽上海统筹”的岗位申报")
    if not title.strip():
        raise Refused([Refusal("请填写项目名称", field="title")])
    made = ReserveProject(proposer=proposer, pool=pool, area=area, title=title.strip(), opened_at=clock.now(), opened_by=by)
    hold_constraints(made)
    made.save()
    audit.record(action="reserve.open", by=by, obj=made, data={"title": made.title, "pool": pool})
    return made


@writing
def save_project(*, project: ReserveProject, values: Mapping[str, Any], version: int, by: User, explanation: str = "") -> ReserveProject:
    """Save the intake; completeness is checked at submission.

    Raises ``NotAllowed``, ``Stale``, ``Refused``, also with questions about changed funds and days that ``explanation`` does not answer.
    """
    locked = _held(project, by)
    hold_version(locked, version)
    if not values["title"].strip():
        raise Refused([Refusal("请填写项目名称", field="title")])
    linked = values["key_project"]
    if linked is not None and linked.district.is_demo != locked.is_demo:
        raise Refused([Refusal("演示项目只连接虚构城区的重点项目，正式项目只连接真实城区的", field="key_project")])
    before = copy(locked)
    for name in FIELDS:
        setattr(locked, name, values[name])
    hold_constraints(locked)
    asked = ask(locked, _questions, locked, before, explanation) if _figures(locked) != _figures(before) else None
    locked.version += 1
    locked.save(update_fields=[*FIELDS, "version"])
    if asked is not None:
        asked.keep(locked, by)
    return locked


def _figures(project: ReserveProject) -> tuple[Funds, list[dt.date | None], int | None]:
    return Funds(*(getattr(project, name) for name in Funds._fields)), [project.starts_on, project.ends_on], project.key_project_id


def _questions(project: ReserveProject, stored: ReserveProject | None) -> list[PlausibilityFinding]:
    """What is asked about funds and days of a project."""
    funds, days, _ = _figures(project)
    invested = project.key_project.investment if project.key_project else None
    return asked_of_reserve(funds, _figures(stored or project)[0], days, invested, limits=limits_of(parameters.load()), today=clock.today())


def _held(project: ReserveProject, by: User) -> ReserveProject:
    locked: ReserveProject = hold(project)
    NotAllowed.unless(rules.may_write(posts_of(by), locked), CLOSED)
    return locked


@transaction.atomic
def drop_project(*, project: ReserveProject, by: User) -> None:
    """Delete a proposal that was never submitted. Raises ``NotAllowed``."""
    locked = _held(project, by)
    NotAllowed.unless(rules.may_drop(posts_of(by), locked), "提交过的储备项目不能删除")
    audit.record(action="reserve.drop", by=by, obj=locked, data={"title": locked.title})
    locked.delete()


def on_submit(taken: Taken) -> None:
    """Give the project its permanent number, and remember who submitted, because another person has to screen."""
    taken.obj.submitted_by = taken.by
    taken.obj.number = taken.obj.number or next_number(PREFIX, clock.today().year)


def on_admit(taken: Taken) -> None:
    """Store the screening result with the project."""
    taken.obj.screened = [{"text": one.rule.text, "met": one.met} for one in taken.facts["screened"]]
