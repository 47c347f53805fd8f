"""Services of the expert pool: entry, joining, changes, confirmation, import from a workbook."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from assessments.common.enums import PoolState
from assessments.experts.lifecycle import describes, is_this_expert, keeps_pool
from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie, ExpertTraining
from assessments.experts.selectors import may_be_confirmed
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.new_accounts import create_user
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.revocation import Why, revoke
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.services import close_post, name_employer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event

# Edit the expert pool: enter, change, invite, join, remove, confirm; every act is audited.

FIELDS = ("rank", "specialties", "valid_from", "valid_to", "available")
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9@.+_-]{1,59}")
BAD_USERNAME = "账号用2至60个字母、数字或 @.+_-"
Row = ExpertEmployment | ExpertAbsence | ExpertTie | ExpertTraining


@dataclass(frozen=True)
class ExpertEntry:
    """Data of a person to enter: account (created if missing), term, specialties, first employer."""

    username: str
    name: str
    email: str
    specialties: Sequence[str]
    valid_from: dt.date
    valid_to: dt.date | None
    employer: str
    group: str = ""
    employed_from: dt.date | None = None
    rank: str = ""


def hold_keeper(by: User) -> None:
    """Raise ``NotAllowed`` for anybody who does not keep the pool."""
    NotAllowed.unless(keeps_pool(posts_of(by)), "专家库由评审秘书和市级经办管理")


@transaction.atomic
def enter(*, entry: ExpertEntry, by: User) -> ExpertProfile:
    """Enter a person and send an invitation. A new account gives no access until account managers act.

    Raises ``NotAllowed``, ``Refused``.
    """
    hold_keeper(by)
    user = User.objects.filter(username__iexact=entry.username.strip()).first()
    if user is None and not USERNAME.fullmatch(entry.username.strip()):
        raise Refused([Refusal(BAD_USERNAME, field="username")])
    new = user is None
    if user is None:
        user = _account(entry, by)
    elif wrong := unfit(user, entry.name):
        raise Refused([Refusal(wrong, field="username")])
    values = {"specialties": list(entry.specialties), "valid_from": entry.valid_from, "valid_to": entry.valid_to, "rank": entry.rank}
    expert = ExpertProfile.objects.create(user=user, status=PoolState.INVITED, is_demo=user.is_demo, **values)
    body = name_employer(name=entry.employer, group=entry.group, by=by, demo=user.is_demo)
    ExpertEmployment.objects.create(expert=expert, organisation=body, valid_from=entry.employed_from or entry.valid_from)
    audit.record(action="expert.enter", by=by, obj=expert, data={"username": user.username, "employer": body.name})
    if new:
        notify_event(expert, "new_account")
    notify_event(expert, BEGUN)
    return expert


def unfit(user: User, name: str) -> str:
    """Reason why the account cannot be entered under this name; empty if it can."""
    if ExpertProfile.objects.filter(user=user).exists():
        return "这个账号已在专家库"
    if user.name != name.strip():
        return f"这个账号是{user.name}的，姓名不符"
    posts = posts_of(user)
    if posts.roles and not posts.has(Role.EXPERT):
        return "这个账号任其他岗位，不能入专家库"
    return ""


def _account(entry: ExpertEntry, by: User) -> User:
    try:
        with transaction.atomic():
            return create_user(username=entry.username, name=entry.name, email=entry.email, by=by, demo=by.is_demo)
    except ValidationError as error:
        found = [Refusal(text, field=field) for field, texts in error.message_dict.items() for text in texts]
        raise Refused(found) from error


@transaction.atomic
def save(*, expert: ExpertProfile, values: Mapping[str, Any], version: int, by: User) -> ExpertProfile:
    """Save rank, specialties, term and availability; a changed term is added to the past terms. Raises ``NotAllowed``, ``Stale``."""
    hold_keeper(by)
    stored = locked(expert, version)
    before = {name: getattr(stored, name) for name in FIELDS}
    for name in FIELDS:
        if name in values:
            setattr(stored, name, values[name])
    if (before["valid_from"], before["valid_to"]) != (stored.valid_from, stored.valid_to):
        stored.past_terms = [*stored.past_terms, [_iso(before["valid_from"]), _iso(before["valid_to"])]]
    stored.version += 1
    stored.save()
    changed = {name: [str(old), str(getattr(stored, name))] for name, old in before.items() if old != getattr(stored, name)}
    audit.record(action="expert.save", by=by, obj=stored, data=changed)
    return stored


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def locked(expert: ExpertProfile, version: int) -> ExpertProfile:
    """Lock and return the stored row. Raises ``Stale`` if it has another version."""
    stored: ExpertProfile = hold(expert)
    hold_version(stored, version, "期间已有人修改了这名专家的信息，请核对后重新提交")
    return stored


def on_join(taken: Taken) -> None:
    """Joining counts as confirming the data of this year."""
    taken.obj.confirmed_on = clock.today()


def on_remove(taken: Taken) -> None:
    """Whoever has left the pool keeps neither the expert's post nor a way in; to join again takes a new post."""
    person = taken.obj.user
    for post in person.posts.filter(not_over(), role=Role.EXPERT):
        close_post(post=post, by=taken.by, reason=f"移出专家库：{taken.record.reason}", why=Why.REMOVED)
    revoke(person, Why.REMOVED, by=taken.by)


@transaction.atomic
def confirm(*, expert: ExpertProfile, available: bool, version: int, by: User) -> ExpertProfile:
    """Confirm the own data of this year as shown on the page. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    stored = locked(expert, version)
    NotAllowed.unless(is_this_expert(posts_of(by), stored), "年度信息由专家本人确认")
    Refused.unless(may_be_confirmed(stored, clock.today()), "本年信息已经确认，或者不在专家库")
    if not stored.employments.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=clock.today())).exists():
        raise Refused([Refusal("请先填写现在的工作单位", remedy="在“任职单位”中加入")])
    stored.confirmed_on, stored.available, stored.version = clock.today(), available, version + 1
    stored.save(update_fields=["confirmed_on", "available", "version"])
    audit.record(action="expert.confirm", by=by, obj=stored, data={"year": clock.today().year, "available": available})
    return stored


def hold_describer(by: User, expert: ExpertProfile, *, keeper_only: bool = False) -> None:
    """Raise ``NotAllowed`` unless the user may edit the record (``describes``); with ``keeper_only`` unless they keep the pool."""
    posts = posts_of(by)
    NotAllowed.when(
        not describes(posts, expert) or (keeper_only and not keeps_pool(posts)),
        "任职、关系和时段由专家本人或专家库管理人员填写",
    )


@transaction.atomic
def add_row(*, expert: ExpertProfile, kind: type[Row], values: Mapping[str, Any], by: User) -> Row:
    """Add an employer, tie, absence or training; an unknown body is created by name. Raises ``NotAllowed``, ``Refused``."""
    hold_describer(by, expert, keeper_only=kind is ExpertTraining)
    fields = {**values}
    if employer := fields.pop("employer", ""):
        fields["organisation"] = name_employer(name=employer, group=fields.pop("group", ""), by=by, demo=expert.is_demo)
    fields.pop("group", None)
    row = kind(expert=expert, **fields)
    row.save()
    _next_version(expert)
    audit.record(action="expert.add_row", by=by, obj=expert, data={"kind": str(kind._meta.verbose_name), "row": _words_of(row)})
    return row


@transaction.atomic
def remove_row(*, expert: ExpertProfile, row: Row, by: User) -> None:
    """Delete a row. Experts may only delete their absences, because employers and ties decide on conflicts. Raises ``NotAllowed``."""
    hold_describer(by, expert, keeper_only=not isinstance(row, ExpertAbsence))
    audit.record(action="expert.remove_row", by=by, obj=expert, data={"kind": str(row._meta.verbose_name), "row": _words_of(row)})
    row.delete()
    _next_version(expert)


def _next_version(expert: ExpertProfile) -> None:
    """Count up the version of an expert after a change of employers, ties or absences."""
    ExpertProfile.objects.filter(pk=expert.pk).update(version=models.F("version") + 1)


@transaction.atomic
def end_employment(*, expert: ExpertProfile, row: ExpertEmployment, until: dt.date, by: User) -> None:
    """Save the last day at an employer; the conflict lasts three more years. Raises ``NotAllowed``, ``Refused``."""
    hold_describer(by, expert)
    NotAllowed.when(row.valid_to is not None and not keeps_pool(posts_of(by)), "离任日期已登记，更正由专家库管理人员办理")
    if until < row.valid_from or until > clock.today():
        raise Refused([Refusal("离任日期应在任职之后，不晚于今天", field="until")])
    row.valid_to = until
    row.save(update_fields=["valid_to"])
    _next_version(expert)
    audit.record(action="expert.end_employment", by=by, obj=expert, data={"row": _words_of(row), "until": until.isoformat()})


def _words_of(row: Row) -> str:
    fields: Iterable[Any] = row._meta.concrete_fields
    skipped = {"id", "expert"}
    return "，".join(str(getattr(row, field.name)) for field in fields if field.name not in skipped and getattr(row, field.name))


# Write an import of experts, all or nothing.

DAYS = ("employed_from", "valid_from", "valid_to")
Work = Mapping[str, Any]  # as documents.workbooks.reader.Work


@transaction.atomic
def apply_import(*, works: Sequence[Work], file_name: str, by: User) -> tuple[int, int]:
    """Write a previewed import and invite the people it enters; returns how many were entered and changed.

    Raises ``NotAllowed``, or ``Refused`` with the reason.
    """
    hold_keeper(by)
    for work in works:
        values: dict[str, Any] = {
            name: dt.date.fromisoformat(value) if name in DAYS and value else value for name, value in work["fields"].items()
        }
        try:
            if work["pk"]:
                _change(work, values, by)
            else:
                enter(entry=ExpertEntry(**{name: value for name, value in values.items() if name != "available"}), by=by)
        except Stale as stale:
            msg = f"预览之后有人改过{values['name']}的信息，这次没有写入；请重新上传"
            raise Refused(msg) from stale
        except Refused as refused:
            msg = f"{values['name']}：{refused}；这次没有写入"
            raise Refused(msg) from refused
    added = sum(work["pk"] is None for work in works)
    changed = len(works) - added
    audit.record(action="expert.import", by=by, obj=by, data={"file": file_name, "added": added, "changed": changed})
    return added, changed


def _change(work: Work, values: Mapping[str, Any], by: User) -> None:
    expert = locked(ExpertProfile(pk=work["pk"]), work["version"])
    kept = {name: values[name] for name in ("rank", "specialties", "valid_from", "valid_to", "available")}
    save(expert=expert, values=kept, version=work["version"], by=by)
    _move(expert, values, by)


def _move(expert: ExpertProfile, values: Mapping[str, Any], by: User) -> None:
    """Start a new employment and end the previous one, or correct the first day of the current one."""
    job = expert.employments.filter(valid_to__isnull=True).select_related("organisation").order_by("-valid_from", "-pk").first()
    start = values["employed_from"]
    if job is not None and job.organisation.name == values["employer"]:
        if start and start != job.valid_from:
            job.valid_from = start
            job.save(update_fields=["valid_from"])
        return
    if job is not None:
        job.valid_to = start - dt.timedelta(days=1)
        job.save(update_fields=["valid_to"])
    body = name_employer(name=values["employer"], group=values["group"], by=by, demo=expert.is_demo)
    ExpertEmployment.objects.create(expert=expert, organisation=body, valid_from=start or expert.valid_from)
