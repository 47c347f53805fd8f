"""What the registration of an acceptance or of use needs from those who record it: file, and 补录 with its reason."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile

from districts.file.models.district import District
from districts.plots.services.papers import keep_paper
from districts.projects.rules import ACCEPTING_WORDS
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refusal
from greendistrict.documents.models import Evidence

LEAST_BUILDING = 30  # days; neither a road nor a project is finished within a month of its beginning


class Proof(NamedTuple):
    """File of a registration, and whether and why it is a 补录."""

    upload: "UploadedFile[Any] | None" = None
    backfill: bool = False
    backfill_reason: str = ""


NO_PROOF = Proof()


def against_proof(proof: Proof, *, is_own: bool, paper: str) -> Iterator[Refusal]:
    """What is missing; ``is_own``: the person acts for the body that does it."""
    if not is_own and not proof.backfill:
        yield Refusal(f"由{ACCEPTING_WORDS}登记；代为登记的是补录，请勾选“补录”", field="backfill")
    if not is_own and not proof.backfill_reason.strip():
        yield Refusal("请填写补录的理由", field="backfill_reason")
    if proof.upload is None:
        yield Refusal(f"请上传{paper}", field="upload")


def against_days(begun: dt.date | None, ended: dt.date, field: str = "on") -> Iterator[Refusal]:
    """Refuse an end that is implausibly near the beginning."""
    if begun is not None and 0 <= (ended - begun).days < LEAST_BUILDING:
        yield Refusal(f"距开工只有{(ended - begun).days}天，至少相隔{LEAST_BUILDING}天", field=field, remedy="日期有误的先更正")


def stored_proof(proof: Proof, *, district: District, title: str, is_own: bool, by: User) -> Evidence:
    """File of a registration in the district's library. Raises ``Refused`` for a file that is not accepted."""
    if proof.upload is None:
        msg = "a registration without its file is refused before"
        raise TypeError(msg)
    return keep_paper(district=district, upload=proof.upload, title=title, is_own=is_own, by=by)
