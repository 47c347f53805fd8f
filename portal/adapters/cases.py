"""一网通办: the status of cases goes out by their number; the number that the case has there comes in and is kept beside ours."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from approvals.cases.disclosure import seen_outside
from approvals.cases.lifecycle import state_of_kind
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.core import clock
from greendistrict.core.columns import room_in
from greendistrict.core.errors import Refused
from portal.adapters.declaration import DAY, TEXT, Adapter, Incoming, ItemField, ItemFields, OutAsk, Outgoing, OutItem
from portal.adapters.enums import Direction
from portal.adapters.models import ExchangeItem, ForeignNumber

KEY = "cases"


def _cases() -> QuerySet[Case]:
    """Cases that an applicant handed in; losses of a title are the city's own."""
    handed_in = Case.objects.exclude(kind=CaseKind.LOSS).exclude(number=None).exclude(number="").filter(sent_at__isnull=False)
    return handed_in.select_related("district", "applicant", "foreign_number").order_by("pk")


def _states(ask: OutAsk) -> Iterator[OutItem]:
    """Cases whose status is another than the one that was sent last."""
    sent: dict[str, tuple[int, str]] = {}
    for key, digest in ExchangeItem.objects.filter(adapter=KEY, direction=Direction.OUT).order_by("pk").values_list("key", "digest"):
        number, _, count = key.rpartition(".")
        sent[number] = int(count.partition("-")[0]), digest
    for case in _cases():
        before, digest = sent.get(case.number or "", (0, ""))
        item = OutItem("", _told(case), is_demo=case.district.is_demo)
        item = item._replace(
            key=f"{case.number}.{before + 1}-{item.digest[:8]}"
        )  # handed over and not recorded: no key twice for other content
        if item.digest != digest and not ask.is_sent(item.key):
            yield item


def _told(case: Case) -> dict[str, Any]:
    received = case.accepted_at.astimezone(clock.SHANGHAI).date().isoformat() if case.accepted_at else None
    foreign = getattr(case, "foreign_number", None)
    return {
        "case": case.number,
        "foreign_number": foreign.number if foreign else None,
        "matter": case.get_kind_display(),
        "applicant": case.applicant.name,
        "district": case.district.name,
        "status": seen_outside(case, state_of_kind(case.kind, case.status)).label,
        "accepted_on": received,
    }


def _take_number(given: Mapping[str, Any], today: dt.date) -> str:
    """Keep the foreign number of a case; one that is kept is not changed. Raises ``Refused``."""
    del today
    case = _cases().select_for_update(no_key=True, of=("self",)).filter(number=given["case"]).first()
    if case is None or (case.district.is_demo and not settings.TRAINING):
        msg = f"平台没有报送过编号为{given['case']}的办件"
        raise Refused(msg)
    wanted = given["foreign_number"]
    other = ForeignNumber.objects.filter(number=wanted).exclude(case=case).select_related("case").first()
    Refused.when(other, f"编号{wanted}已用于{other.case.number if other else ''}")
    kept, is_new = ForeignNumber.objects.get_or_create(case=case, defaults={"number": wanted})
    Refused.unless(kept.number == wanted, f"{case.number}已有编号{kept.number}，不覆盖")
    return f"{case.number}的一网通办编号是{wanted}" if is_new else f"{case.number}已有这个编号"


CASES = Adapter(
    key=KEY,
    name="一网通办",
    system="一网通办总门户",
    purpose="办件的状态按编号送出，一网通办的编号收回，可以按它检索办件",
    out=Outgoing(
        ItemFields(
            "办件的状态",
            (
                ItemField("case", TEXT, "平台的编号", "SQ-2026-0001"),
                ItemField("foreign_number", TEXT, "一网通办的编号，没有收到的为空", "310000-2026-000001", is_required=False),
                ItemField("matter", TEXT, "事项", "试点申报"),
                ItemField("applicant", TEXT, "申报主体", "演示开发有限公司"),
                ItemField("district", TEXT, "城区", "演示城区"),
                ItemField("status", TEXT, "状态，与申报主体看到的相同", "（状态的文字）"),
                ItemField("accepted_on", DAY, "受理日期", "2026-11-20", is_required=False),
            ),
            "内容（状态、受理日期、名称、编号）变了才再送；key是平台的编号、逐次加一的序号和内容校验值的前8位。",
        ),
        _states,
        key_example="SQ-2026-0001.1-9f86d081",
    ),
    into=Incoming(
        ItemFields(
            "一网通办的编号",
            (
                ItemField("case", TEXT, "平台的编号", "SQ-2026-0001"),
                ItemField("foreign_number", TEXT, "一网通办的编号", "310000-2026-000001", longest=room_in(ForeignNumber, "number")),
            ),
        ),
        _take_number,
    ),
    rules=(
        "只送已报送的申报、验收、变更的办件，只有单位、城区和状态，没有个人信息；取消和撤销的不送。",
        "收到的编号不覆盖已有的；一个编号只用于一个办件。",
    ),
)
