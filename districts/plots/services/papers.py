"""Files of the steps of plots, works and key projects, and what a department's check needs from those who record it (七（二）)."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from districts.common.enums import CheckResult
from districts.file.models.district import District
from districts.plots.enums import BACKFILL_PROOF, STEP_PAPER
from districts.plots.rules import speaks_for
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store


def keep_paper(*, district: District, upload: "UploadedFile[Any]", title: str, is_own: bool, by: User) -> Evidence:
    """Store a file in the district's library: the paper of the body whose step it is (``is_own``), or the proof of a 补录.

    Raises ``Refused`` for a file that is not accepted.
    """
    kind = STEP_PAPER if is_own else BACKFILL_PROOF
    return store(owner=district, upload=upload, kind=kind, title=title, by=by, may_add=True)


def proof_of_check(
    *, district: District, department: str, result: str, title: str, by: User, upload: "UploadedFile[Any] | None"
) -> dict[str, Any]:
    """Columns ``document`` and ``is_backfill`` of a check. A finding that another than the department records wants its scan.

    That a department was asked needs none. Raises ``Refused``.
    """
    is_backfill = result != CheckResult.ASKED and not speaks_for(posts_of(by), district, department)
    if is_backfill and upload is None:
        words = f"{department}的审查结论由该部门登记；代为登记的是补录，请上传书面审查意见的扫描件"
        raise Refused([Refusal(words, field="upload")])
    if upload is None:
        return {"is_backfill": is_backfill}
    title = f"{title}　{department}审查意见"
    return {
        "is_backfill": is_backfill,
        "document": keep_paper(district=district, upload=upload, title=title, is_own=not is_backfill, by=by),
    }
