"""Alarms to the audit keepers: many refusals, acts of keepers, a damaged audit record. Each is sent once, to the inbox and by mail.

The job looks at all records sealed within the last day; the key of a message prevents sending it twice. The job therefore keeps no state,
and loses nothing if the worker is down for some hours.
"""

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.models import Post, User
from greendistrict.accounts.selectors import holders
from greendistrict.audit.models import AuditRecord, AuditSeal
from greendistrict.audit.selectors import ACCESS
from greendistrict.core import clock
from greendistrict.core.row_faults import one_by_one
from greendistrict.core.writing import writing
from greendistrict.notifications.enums import Message
from greendistrict.notifications.services import notify
from greendistrict.workflow.models import OutboxMessage
from portal.data_check.checks import DataFault
from portal.data_check.models import DataCheckRun

LOOK_BACK = dt.timedelta(hours=26)
WINDOW = dt.timedelta(minutes=10)
SHOWN = 20
REFUSALS = ("access.denied", "accounts.login_failed", "accounts.locked_out", "accounts.password_refused")
OWN = ("accounts.change_password", "accounts.set_password", "audit.verify")  # own password, check of the audit record


@writing
def tell_audit_keepers() -> int:
    """Request messages about new alarms; returns how many are new."""
    keepers = list(holders(Role.AUDIT_KEEPER))
    kinds = {"被拒绝": _refusals, "管理员行为": _acts, "审计链": _broken} if keepers else {}
    return sum(one_by_one("audit-alarms", kinds, lambda kind: kinds[kind](keepers)))


def _sealed() -> QuerySet[AuditRecord]:
    """Records sealed within the last day, ordered by id."""
    seals = AuditSeal.objects.filter(record_id=OuterRef("pk"), sealed_at__gte=clock.now() - LOOK_BACK)
    return AuditRecord.objects.filter(Exists(seals), at__gte=clock.now() - 2 * LOOK_BACK).order_by("pk")


def _refusals(keepers: list[User]) -> int:
    most, count = settings.AUDIT_ALARM_REFUSALS, 0
    if not most:
        return 0
    for row in _sealed().filter(action__in=REFUSALS):
        reached = max(int(row.data.get("count") or 0), int(row.data.get("of_address") or 0))
        if reached < most:
            continue
        who = row.actor_name if row.actor_id else f"{row.address or '未知地址'}（最近所填账号 {row.subject_label or '未填'}）"
        title, body = (
            f"一小时内{reached}次被拒绝：{who}",
            f"{row.action_label}，最近一次 {row.subject_label or '—'}，来源地址 {row.address or '—'}。",
        )
        count += _tell(keepers, f"refused:{row.pk}", title, body, action=row.action, address=row.address)
    return count


def _acts(keepers: list[User]) -> int:
    if not settings.AUDIT_ALARM_KEEPERS:
        return 0
    posts = Post.objects.filter(role__in=sorted(KEEPERS)).values("user_id")
    rows = _sealed().filter(actor_id__in=posts).exclude(ACCESS).exclude(action__in=OWN)
    windows: dict[int, list[AuditRecord]] = defaultdict(list)
    for row in rows:
        windows[int(row.at.timestamp() // WINDOW.total_seconds())].append(row)
    count, now = 0, clock.now().timestamp()
    for number, done in windows.items():
        if now < (number + 1) * WINDOW.total_seconds():
            continue  # more acts may follow; reported when the ten minutes are over
        lines = [f"{row.acting_name} {row.action_label}：{row.subject_label or '—'}" for row in done[:SHOWN]]
        more = f"\n等共{len(done)}项" if len(done) > SHOWN else ""
        day = done[0].at.astimezone(clock.SHANGHAI).date().isoformat()
        count += _tell(keepers, f"acts:{number}", f"管理员操作{len(done)}项", "\n".join(lines) + more, first_day=day, last_day=day)
    return count


def _broken(keepers: list[User]) -> int:
    """Report, once a day, what the nightly data check found about the audit record."""
    run = DataCheckRun.objects.first()
    lines = [line for line in run.findings if line.get("kind") == DataFault.AUDIT] if run else []
    if run is None or not lines:
        return 0
    body = "\n".join(str(line.get("text", "")) for line in lines[:SHOWN]) + "\n请立即保全数据库和锚点文件并报告。"
    return _tell(keepers, f"broken:{run.at.astimezone(clock.SHANGHAI).date()}", "审计记录不完整", body, verify="1")


def _tell(keepers: list[User], key: str, title: str, body: str, **asked: str) -> int:
    given = {name: value for name, value in asked.items() if value}
    link = f"{reverse('audit:event_list')}?{urlencode(given)}"
    told = f"audit-alarm:{key}"
    known = set(OutboxMessage.objects.filter(key__in=[f"note:{told}:{keeper.pk}" for keeper in keepers]).values_list("key", flat=True))
    new = [keeper for keeper in keepers if f"note:{told}:{keeper.pk}" not in known]
    demo = all(keeper.is_demo for keeper in keepers)
    return notify(kind=Message.AUDIT_ALARM, key=told, receivers=new, title=title[:200], body=body, link=link, demo=demo)
