"""Files of a request: given to the asker with a reply and downloaded with the secret code; signed scans of issued letters."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import limits
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents import services as documents
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence, refuse_quarantined
from greendistrict.documents.upload_levels import chosen_for
from outreach.disclosures.models import DisclosureRequest, IssuedPaper
from outreach.disclosures.rules import may_add_file, may_reply_disclosures
from outreach.disclosures.selectors import GIVEN, files_given, files_of, paper_title, papers_issued, scans_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_FILES = 10
TAKEN_A_MINUTE, MINUTE = 20, 60
WHO = "提供的文件由市级经办上传，不予公开的答复不附文件"


def may_take(row: DisclosureRequest) -> bool:
    """Count a download of a request's files; False above the limit per minute."""
    return limits.within(f"outreach:hand-over:{row.pk}", TAKEN_A_MINUTE, seconds=MINUTE)


@transaction.atomic
def add_file(*, row: DisclosureRequest, upload: "UploadedFile[Any]", title: str, by: User) -> Evidence:
    """Add a file for the asker. Raises ``NotAllowed``, ``Refused``."""
    held = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    NotAllowed.unless(may_add_file(posts_of(by), held), WHO)
    Refused.when(files_of(held).count() >= MOST_FILES, f"一件申请最多{MOST_FILES}份文件")
    Refused.when(chosen_for(upload) == Confidentiality.CLASSIFIED, "密级文件不能提供给申请人")
    return documents.store(owner=held, upload=upload, kind=GIVEN, title=title.strip() or upload.name or GIVEN, by=by)


@transaction.atomic
def keep_scan(*, row: DisclosureRequest, upload: "UploadedFile[Any]", paper: str, by: User) -> Evidence:
    """Keep the signed scan of an issued letter; a new scan of the same letter takes its place. Raises ``NotAllowed``, ``Refused``."""
    held = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "告知书扫描件由市级经办上传")
    if paper not in papers_issued(held):
        raise Refused([Refusal("请选择已经制发的告知书", field="paper")])
    letter = IssuedPaper(paper)
    title = paper_title(held, letter)
    before = list(scans_of(held).filter(title=title))
    kept = documents.store(owner=held, upload=upload, kind=str(letter.label), title=title, by=by, may_add=True)
    data = {"title": title, "sha256": kept.sha256} | ({"before": before[0].sha256} if before else {})
    for old in before:
        documents.remove(old)
    audit.record(action="outreach.keep_disclosure_scan", by=by, obj=held, data=data)
    return kept


@transaction.atomic
def drop_file(*, row: DisclosureRequest, file: Evidence, by: User) -> None:
    """Remove a file before the reply; afterwards it has been handed over. Raises ``NotAllowed``, ``Refused``."""
    held = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    NotAllowed.unless(may_add_file(posts_of(by), held), WHO)
    Refused.when(held.replied_at is not None, "已随答复提供的文件不能删除")
    audit.record(action="outreach.drop_disclosure_file", by=by, obj=held, data={"title": file.title, "sha256": file.sha256})
    documents.remove(file)


@transaction.atomic
def hand_over(*, row: DisclosureRequest, key: str) -> Evidence | None:
    """The file for the holder of the secret code (audited); None if it is not given to the asker. Raises ``Quarantined``."""
    file = next((one for one in files_given(row) if str(one.key) == key), None)
    if file is None:
        return None
    refuse_quarantined(file)
    audit.record(action="outreach.hand_over", by=None, obj=row, data={"title": file.title, "sha256": file.sha256})
    return file
