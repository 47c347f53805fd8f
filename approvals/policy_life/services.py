"""Register a document about the policy."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from approvals.policy_life.models import PolicyDocument
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.policy.in_force import policies
from greendistrict.policy.life import LifeKind

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def may_register(held: HeldPosts) -> bool:
    """The city's officer and its legal section."""
    return held.has(Role.CITY_OFFICER, Role.CITY_LEGAL)


@transaction.atomic
def register_document(*, values: dict[str, Any], document: "UploadedFile[Any] | None", by: User) -> PolicyDocument:
    """Store a document with its text; it holds once another person of the city has checked it. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_register(posts_of(by)), "政策文件由市级经办或者法制登记")
    row = PolicyDocument(**values, entered_at=clock.now(), entered_by=by)
    found = _against(row, clock.today())
    if not document:
        found.append(Refusal("请上传文件全文", field="document"))
    try:
        row.full_clean(exclude=["document"])
    except ValidationError as error:
        found += [Refusal(text, field=name) for name, texts in error.message_dict.items() for text in texts]
    if found or document is None:
        raise Refused(found)
    row.save()
    row.document = store(owner=row, upload=document, kind="政策文件", title=f"{row.title}（{row.number}）", by=by)
    row.save(update_fields=["document"])
    audit.record(action="policy.register_document", by=by, obj=row, data=row.noted())
    return row


def _against(row: PolicyDocument, today: dt.date) -> list[Refusal]:
    """Days that do not fit the document or the policy that it is about."""
    policy = next((one for one in policies() if one.code == row.policy), None)
    if policy is None:
        return [Refusal("没有这一文件", field="policy")]
    found = []
    if row.issued_on > today:
        found.append(Refusal("印发日期不能晚于今天", field="issued_on"))
    if row.on <= policy.in_force:
        found.append(Refusal("生效日期应晚于原文件的施行日期", field="on"))
    if row.kind == LifeKind.EXTEND and row.until and row.until <= policy.expires:
        found.append(Refusal("延长到的日期应晚于原来的有效期", field="until"))
    if row.kind in {LifeKind.REPLACE, LifeKind.END} and row.on <= row.issued_on and row.on <= today - dt.timedelta(days=366):
        found.append(Refusal("生效日期早于一年以前，请核对", field="on"))
    return found
