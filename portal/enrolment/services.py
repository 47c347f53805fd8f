"""Write previewed workbooks of organisations, accounts and posts, all rows or none, with the same services as single entries."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from greendistrict.accounts import services
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.selectors import organisation_named, person_named
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refused

REASON = "从工作簿导入"


@transaction.atomic
def enrol(*, what: str, works: Sequence[Mapping[str, Any]], file_name: str, by: User) -> dict[str, int]:
    """Write all rows of a preview or none; numbers of ``added`` and ``changed`` ones, those already stored count as neither.

    Raises ``NotAllowed`` for another keeper's data, ``Refused`` with the row.
    """
    done = []
    for work in works:
        try:
            done.append(WRITERS[what](work["fields"], by))
        except NotAllowed:
            raise
        except (Refused, ValidationError) as error:
            words = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
            msg = f"{work['label']}：{words}；这次没有写入"
            raise Refused(msg) from error
    found = {state: done.count(state) for state in ("added", "changed")}
    audit.record(action="accounts.enrol", by=by, obj=by, data={"what": what, "file": file_name, **found})
    return found


def _body(fields: Mapping[str, Any], by: User) -> str:
    values = {name: fields[name] for name in ("name", "credit_code", "kind", "is_committee", "departments", "group")}
    values["parent"] = organisation_named(fields["parent"])
    Refused.when(fields["parent"] and values["parent"] is None, f"没有登记上级“{fields['parent']}”")
    known = Organisation.objects.filter(code=fields["code"]).first()
    if known is None:
        services.add_organisation(code=fields["code"], by=by, **values)
        return "added"
    return "changed" if services.change_organisation(body=known, values=values, reason=REASON, by=by) else "same"


def _account(fields: Mapping[str, Any], by: User) -> str:
    if person_named(fields["username"]) is not None:
        return "same"
    services.open_account(username=fields["username"], name=fields["name"], email=fields["email"], by=by)
    return "added"


def _post(fields: Mapping[str, Any], by: User) -> str:
    person, body = person_named(fields["username"]), organisation_named(fields["organisation"])
    if person is None or body is None:
        msg = "账号或单位已不在"
        raise Refused(msg)
    if Post.objects.filter(not_over(), user=person, organisation=body, role=fields["role"]).exists():
        return "same"
    first, last = (dt.date.fromisoformat(fields[name]) if fields[name] else None for name in ("valid_from", "valid_to"))
    services.grant_post(user=person, organisation=body, role=fields["role"], by=by, admin=fields["admin"], valid_from=first, valid_to=last)
    return "added"


WRITERS: Mapping[str, Callable[[Mapping[str, Any], User], str]] = {"bodies": _body, "accounts": _account, "posts": _post}
