"""Storage quotas of bodies. A file counts for the body of its uploader, by the post held on that day.

Each version counts with its full size although equal contents are stored once, so that no body depends on what others store. Files made
by the portal count for no body. Two simultaneous uploads may exceed the limit together, by at most one file each.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.template.defaultfilters import filesizeformat

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.models import Evidence, StorageAllowance

GB = 1024**3
NEARLY = 90  # per cent of the limit above which a body is marked


@dataclass(frozen=True)
class BodyUsage:
    """Storage used by a body. ``most``: limit in bytes, 0 for none; ``is_own``: the keeper gave it a limit of its own."""

    body: Organisation
    files: int
    used: int
    most: int
    is_own: bool

    @property
    def share(self) -> int:
        """Per cent of the limit; 0 without one."""
        return self.used * 100 // self.most if self.most else 0

    @property
    def is_nearly_full(self) -> bool:
        """Whether the next uploads may be refused."""
        return self.share >= NEARLY


def body_of(user: User) -> Organisation | None:
    """Body for which a person's uploads count now: that of the first post held."""
    posts = sorted(posts_of(user).posts, key=lambda post: post.pk)
    return posts[0].organisation if posts else None


def _files() -> QuerySet[Any]:
    """Uploaded files with the body that each counts for."""
    posts = Post.objects.filter(user=OuterRef("uploaded_by"), valid_from__lte=OuterRef("day"))
    of_day = posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("day"))).order_by("pk").values("organisation")[:1]
    uploaded = Evidence.objects.filter(uploaded_by__isnull=False).order_by()
    return uploaded.annotate(day=TruncDate("uploaded_at", tzinfo=clock.SHANGHAI)).annotate(body=Subquery(of_day))


def used_by(body: Organisation) -> int:
    """Bytes of the files that count for a body."""
    people = Post.objects.filter(organisation=body).values("user")
    found = _files().filter(uploaded_by__in=people, body=body.pk).aggregate(bytes=Sum("size"))
    return found["bytes"] or 0


def most_of(body: Organisation) -> int:
    """Limit of a body in bytes; 0 for none."""
    own = StorageAllowance.objects.filter(organisation=body).values_list("most_gb", flat=True).first()
    return own * GB if own else common()


def common() -> int:
    """Limit in bytes from the settings, for bodies without a limit of their own; 0 for none."""
    return int(settings.BODY_STORAGE_GB) * GB


def refuse_beyond(*, by: User, name: str, size: int) -> None:
    """Raise ``Refused`` with what to do if a file of this size exceeds the limit of its uploader's body."""
    body = body_of(by)
    most = most_of(body) if body else 0
    if body is None or not most:
        return
    used = used_by(body)
    if used + size > most:
        taken = f"{body.name}的材料已占{filesizeformat(used)}，上限{filesizeformat(most)}"
        msg = f"“{name}”没有保存：{taken}，放不下这个文件（{filesizeformat(size)}）。请压缩后再传，或请系统管理员调高上限"
        raise Refused(msg)


def usage() -> list[BodyUsage]:
    """All bodies that have files or a separate limit, largest usage first."""
    rows = _files().filter(body__isnull=False).values("body").annotate(files=Count("pk"), used=Sum("size"))
    found = {row["body"]: row for row in rows}
    allowed = dict(StorageAllowance.objects.values_list("organisation_id", "most_gb"))
    bodies = []
    for body in Organisation.objects.filter(pk__in={*found, *allowed}):
        row = found.get(body.pk, {"files": 0, "used": 0})
        most = allowed[body.pk] * GB if body.pk in allowed else common()
        bodies.append(BodyUsage(body, row["files"], row["used"], most, body.pk in allowed))
    return sorted(bodies, key=lambda one: (-one.used, one.body.name_pinyin, one.body.pk))


def may_allow(user: User) -> bool:
    """Whether the person may set limits of bodies."""
    return posts_of(user).has(Role.SYSTEM_KEEPER)


@transaction.atomic
def allow(*, body: Organisation, most_gb: int | None, reason: str, by: User) -> None:
    """Set the limit of a body; None restores the one in the settings. Recorded with the reason.

    Raises ``NotAllowed``; ``Refused`` if nothing changes.
    """
    NotAllowed.unless(may_allow(by), "材料上限由系统管理员调整")
    allowance = StorageAllowance.objects.select_for_update(no_key=True).filter(organisation=body).first()
    before = allowance.most_gb if allowance else None
    Refused.when(before == most_gb, "上限没有变化")
    if most_gb is None:
        StorageAllowance.objects.filter(organisation=body).delete()
    else:
        StorageAllowance.objects.update_or_create(organisation=body, defaults={"most_gb": most_gb})
    data = {"from": before, "to": most_gb, "reason": reason}
    audit.record(action="documents.allowance", by=by, obj=body, data=data)
