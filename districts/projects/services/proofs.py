"""What the registration of an acceptance or of use needs from those who record it: file, and 补录 with its reason."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile

from districts.file.models.district import District
from districts.plausibility.expectations import DayOfRow, least_days, near
from districts.plausibility.findings import PlausibilityFinding
from districts.plots.services.papers import keep_paper
from districts.projects.rules import ACCEPTING_WORDS
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refusal
from greendistrict.documents.models import Evidence


class Proof(NamedTuple):
    """File of a registration, whether and why it is a 补录, and why days that were asked about are right."""

    upload: "UploadedFile[Any] | None" = None
    backfill: bool = False
    backfill_reason: str = ""
    explanation: str = ""


NO_PROOF = Proof()


def against_proof(proof: Proof, *, is_own: bool, paper: str) -> Iterator[Refusal]:
    """What is missing; ``is_own``: the person acts for the body that does it."""
    if not is_own and not proof.backfill:
        yield Refusal(f"由{ACCEPTING_WORDS}登记；代为登记的是补录，请勾选“补录”", field="backfill")
    if not is_own and not proof.backfill_reason.strip():
        yield Refusal("请填写补录的理由", field="backfill_reason")
    if proof.upload is None:
        yield Refusal(f"请上传{paper}", field="upload")


def near_end(begun: DayOfRow, ended: DayOfRow) -> list[PlausibilityFinding]:
    """What is asked about an end that is implausibly near the beginning."""
    return list(near(ended, begun, least_days()[ended.part]))


def stored_proof(proof: Proof, *, district: District, title: str, is_own: bool, by: User) -> Evidence:
    """File of a registration in the district's library. Raises ``Refused`` for a file that is not accepted."""
    if proof.upload is None:
        msg = "a registration without its file is refused before"
        raise TypeError(msg)
    return keep_paper(district=district, upload=proof.upload, title=title, is_own=is_own, by=by)
