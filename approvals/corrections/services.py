"""Propose the right facts of a recorded title."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from approvals.cases.rules import may_work_in_bulk
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.models.publicity import Title
from approvals.titles.recorded import NOTICE, as_texts, recorded_facts
from approvals.titles.services.corrections import against_correction
from districts.common.enums import Certainty
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@transaction.atomic
def propose_correction(
    *, title: Title, facts: Mapping[str, Any], reason: str, by: User, scan: "UploadedFile[Any] | None" = None
) -> TitleCorrection:
    """The officer states the right facts of a recorded title; those that differ from what is recorded are proposed.

    Raises ``NotAllowed`` for anybody else, ``Refused`` with every reason against it, and if another correction of it is still open.
    """
    NotAllowed.unless(may_work_in_bulk(posts_of(by)), "补录的称号由市级经办提出更正")
    title = Title.objects.select_related("district", "announcement").get(pk=title.pk)
    stored = recorded_facts(title)
    right = stored | {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if right["granted_on"] is None:
        right["date_certainty"] = Certainty.UNKNOWN.value
    before, after = as_texts(stored), as_texts(right)
    changed = [name for name in after if after[name] != before[name]]
    found = against_correction(title, right, changed, scan=scan is not None)
    if not (changed or scan):
        found.append(Refusal("没有改动的内容"))
    if not reason.strip():
        found.append(Refusal("请填写理由", field="reason"))
    if found:
        raise Refused(found)
    left = set(NOTICE) - set(changed) if "batch" in changed and title.announcement_id else set()  # kept of what the title leaves
    told = {"before": {key: before[key] for key in (*changed, *sorted(left))}, "after": {key: after[key] for key in changed}}
    made = TitleCorrection(title=title, **told, reason=reason.strip(), recorded_by=by, recorded_at=clock.now())
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        msg = "这个称号已有更正在办，请先办结"
        raise Refused(msg) from error
    if scan is not None:
        made.scan = store(owner=made, upload=scan, kind="公告", title=f"{right['batch']}公告", by=by)
        made.save(update_fields=["scan"])
    audit.record(action="title.propose_correction", by=by, obj=made, data=made.noted())
    return made
