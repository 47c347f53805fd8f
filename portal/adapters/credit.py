"""公共信用 and 工商: codes and names of bodies come in and are compared with those entered; nothing is changed by them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from greendistrict.accounts.credit_codes import normalised, wrong_with
from greendistrict.accounts.models import Organisation
from greendistrict.core.errors import Refused
from portal.adapters.declaration import TEXT, Adapter, Incoming, ItemField, ItemFields
from portal.adapters.enums import Direction, ItemState
from portal.adapters.models import ExchangeItem

KEY, IN_FORCE = "credit", "存续"


def _take(given: Mapping[str, Any], today: dt.date) -> str:
    """Keep what the register says of a body that is entered here, by code or name. Raises ``Refused``."""
    del today
    code = normalised(given["code"])
    if wrong := wrong_with(code):
        raise Refused(wrong)
    known = Organisation.objects.filter(credit_code=code).exists() or Organisation.objects.filter(name=given["name"]).exists()
    Refused.unless(known, "平台没有这个代码和这个名称的单位")
    return "已与登记的单位比对"


class CreditDifference(NamedTuple):
    """Where the register and the entry of a body differ, in words."""

    organisation: Organisation
    code: str
    name: str
    words: str


def differences() -> Iterator[CreditDifference]:
    """What differs between the last word of the register on each code and the bodies as they are entered now."""
    told = ExchangeItem.objects.filter(adapter=KEY, direction=Direction.IN, state=ItemState.TAKEN).order_by("at", "pk")
    last: dict[str, Mapping[str, Any]] = {}
    for content in told.values_list("content", flat=True):
        code = normalised(content["code"])
        last.pop(code, None)  # in the order of their last words
        last[code] = content
    last_code = {content["name"].strip(): code for code, content in last.items()}
    bodies = list(Organisation.objects.filter(is_demo=False) | Organisation.objects.filter(credit_code__in=last))
    by_code, by_name = ({getattr(body, field): body for body in bodies if getattr(body, field)} for field in ("credit_code", "name"))
    for code, content in last.items():
        name, status = content["name"].strip(), (content.get("status") or "").strip()
        is_old = last_code[name] != code  # the body got another code since
        body = by_code.get(code) or (None if is_old else by_name.get(name))
        if body is not None and (words := "；".join(_differing(body, code, name, status))):
            yield CreditDifference(body, code, name, words)


def _differing(body: Organisation, code: str, name: str, status: str) -> Iterator[str]:
    if body.credit_code == code and body.name != name:
        yield f"代码相同，名称登记为“{name}”"
    if body.credit_code != code:
        yield f"名称相同，平台{f'的代码是{body.credit_code}' if body.credit_code else '没有登记代码'}"
    if status and status != IN_FORCE:
        yield f"登记状态为“{status}”"


CREDIT = Adapter(
    key=KEY,
    name="公共信用和工商",
    system="公共信用信息平台、企业登记系统",
    purpose="单位的统一社会信用代码和名称与平台登记的比对",
    into=Incoming(
        ItemFields(
            "单位",
            (
                ItemField("code", TEXT, "统一社会信用代码，18位", "91310000000000000U"),
                ItemField("name", TEXT, "登记的名称", "演示开发有限公司"),
                ItemField("status", TEXT, "登记状态，如存续、注销、吊销", "存续", is_required=False),
            ),
        ),
        _take,
    ),
    rules=(
        "只收平台登记了代码或者名称的单位，其余不收；代码按GB 32100核对校验位。",
        "只比对，不修改：与登记不同的列在本页，由系统管理员核实后修改单位，改好即不再列出。",
    ),
)
