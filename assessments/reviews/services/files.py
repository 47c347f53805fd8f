"""Files that an expert attaches to a clause, stored without metadata that names the author."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.reviews.models.papers import ScoreFile
from assessments.reviews.models.review import ExpertScore, PanelMember
from assessments.reviews.services.scoring import open_member
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store

MOST_FILES = 5


def attach_file(*, member: PanelMember, item_id: str, upload: "UploadedFile[Any]", by: User) -> ScoreFile:
    """Attach a file to an own clause. Raises ``NotAllowed``, ``Closed``, ``Refused`` with what to do."""
    with transaction.atomic():
        _review, locked = open_member(member, by)
        score = _own_score(locked, item_id)
        if score.files.count() >= MOST_FILES:
            raise Refused([Refusal(f"一条最多附{MOST_FILES}个文件，请先取下不用的", field="upload")])
        return ScoreFile.objects.create(score=score, document=store(owner=score, upload=upload, kind="评审附件", title="", by=by))


def detach_file(*, member: PanelMember, item_id: str, key: int, by: User) -> None:
    """Remove an own file. Raises ``NotAllowed`` if there is none, ``Closed``."""
    with transaction.atomic():
        review, locked = open_member(member, by)
        NotAllowed.unless(_own_score(locked, item_id).files.filter(pk=key).delete()[0], "没有这个附件")
        audit.record(action="review.detach_file", by=by, obj=review, data={"member": locked.number, "item": item_id})


def _own_score(member: PanelMember, item_id: str) -> ExpertScore:
    score = ExpertScore.objects.select_related("assignment__member__review").filter(assignment__member=member, assignment__item_id=item_id)
    if (found := score.first()) is None:
        msg = "这一条没有分派给您"
        raise NotAllowed(msg)
    return found
