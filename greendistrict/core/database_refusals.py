"""Errors of the database that the data of a request cause, as refusals in words: what was raced in, deleted meanwhile, or cannot be stored.

Forms and services check first; between check and write somebody else may write the same. The errors are logged, because a check in words
beside the field is better where one is possible.
"""

import logging
from functools import cache

from django.apps import apps
from django.db import DataError, IntegrityError, models
from django.db.models import BaseConstraint, RestrictedError

from greendistrict.core.errors import Refused, Unstorable

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
    found = _refusal(error)
    if found is not None:
        logger.warning("refused by the database: %s", error, exc_info=error)
    return found


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
