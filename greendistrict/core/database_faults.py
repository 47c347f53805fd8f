"""Errors of the database in words.

Faults that a person is told of: it is away, a lock was waited for too long, a statement took too long. Refusals that the data of a request
cause: what was raced in, deleted meanwhile, or cannot be stored. Forms and services check first; between check and write somebody else may
write the same. These errors are logged, because a check in words beside the field is better where one is possible.
"""

import logging
from functools import cache
from typing import NamedTuple

import psycopg
from django.apps import apps
from django.db import DataError, Error, IntegrityError, InterfaceError, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BaseConstraint, RestrictedError

from greendistrict.core.errors import Refused, Unstorable
from greendistrict.postgres.waits import DatabaseAway

MIGRATING = "greendistrict migrate"  # advisory lock of ``manage.py migrate``
BUSY = frozenset({"55P03", "40P01", "40001"})  # lock not available, deadlock, serialisation
TOO_LONG = "57014"
# Connection lost, server stopping, too many connections, idle too long, a copy that only reads.
GONE = ("08", "57P", "53300", "25P03", "25006")
CHANGED = frozenset({"42P01", "42703", "42883"})  # table, column or function missing


class Fault(NamedTuple):
    """What a page says; ``retry_after`` in seconds."""

    heading: str
    text: str
    retry_after: int


AWAY = Fault("数据库暂时没有应答", "已保存的内容不受影响，这一次没有保存任何内容。恢复后即可继续，请稍后再试。", 5)
MAINTENANCE = Fault("维护中", "平台正在升级，一般几分钟内完成。这一次没有保存任何内容，请稍后再试。", 30)
HELD = Fault("暂时不能办理", "同一内容正有另一项操作在办，这一次没有保存任何内容，请稍后再按一次。", 5)
LONG = Fault("这一步用时过长", "已经中止，没有保存任何内容。请缩小范围后再试，仍不行时与技术支持联系。", 60)


def fault_of(error: BaseException | None) -> Fault | None:
    """The fault behind an error, also behind one that it caused; None for anything else."""
    while error is not None:
        if isinstance(error, Error | psycopg.Error):
            fault = _fault(error)
            if fault is not None:
                return fault
        error = error.__cause__ or error.__context__
    return None


def _fault(error: Error | psycopg.Error) -> Fault | None:
    cause = error.__cause__ if isinstance(error, Error) else error
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in BUSY:
        return MAINTENANCE if is_migrating() else HELD
    if state in CHANGED:
        return MAINTENANCE if is_migrating() else None
    if state == TOO_LONG:
        return LONG
    lost = not state and isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
    return AWAY if lost or isinstance(error, DatabaseAway | InterfaceError) or state.startswith(GONE) else None


def is_migrating(link: BaseDatabaseWrapper = connection) -> bool:
    """Whether ``manage.py migrate`` is at work; False if that cannot be asked."""
    asked = """
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0)
    """
    try:
        with link.cursor() as cursor:
            cursor.execute(asked, [MIGRATING])
            return cursor.fetchone() is not None
    except Error:
        return False


logger = logging.getLogger(__name__)
UNIQUE, EXCLUDED, REFERENCE, CHECK = "23505", "23P01", "23503", "23514"
WORDS = {
    UNIQUE: "他人刚刚登记了相同的内容，没有重复保存。请刷新后核对",
    EXCLUDED: "与他人刚刚登记的内容重叠，没有保存。请刷新后核对",
    REFERENCE: "所引用的内容刚刚被删除，没有保存。请刷新后核对",
    CHECK: "他人刚刚修改了有关内容，现在这样保存会前后矛盾，没有保存。请刷新后核对",
}
IN_USE = "还有其他内容引用这一条，不能删除"
NUL_WORDS = "填写的内容里有看不见的空字符（U+0000），不能保存。多为从其他软件复制时带入，请删去后重新填写"
UNFIT_WORDS = "有数值过大、文字过长或含有不能保存的字符，没有保存。请核对后重新填写"
SURROGATES = "surrogates not allowed"


def refusal_of(error: BaseException) -> Refused | None:
    """The refusal for an error that the data caused; None for bugs and for a database that is away."""
    refusal = _refusal(error)
    if refusal is not None:
        logger.warning("refused by the database: %s", error, exc_info=error)
    return refusal


def _refusal(error: BaseException) -> Refused | None:
    if isinstance(error, models.ProtectedError | RestrictedError):
        return Refused(IN_USE)
    if isinstance(error, IntegrityError):
        cause = error.__cause__
        words = WORDS.get(getattr(cause, "sqlstate", None) or "")
        return Refused(words_of(getattr(getattr(cause, "diag", None), "constraint_name", None)) or words) if words else None
    if isinstance(error, DataError):
        return Unstorable(NUL_WORDS if "NUL" in str(error) or "\\u0000" in str(error) else UNFIT_WORDS)
    if isinstance(error, UnicodeEncodeError) and error.reason == SURROGATES:
        return Unstorable(UNFIT_WORDS)
    return None


@cache
def words_of(name: str | None) -> str:
    """Words that the model gives its constraint; empty if it gives none."""
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name and constraint.violation_error_message != BaseConstraint.default_violation_error_message:
                return str(constraint.violation_error_message)
    return ""
