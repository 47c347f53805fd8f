"""Carry out exchanges: each item exactly once, nothing lost while the other side fails, every outcome on record.

An item is recorded when it was handed over, or in the transaction that takes it. A crash between handing over and recording sends it once
more, under the same key and with the same content, which changes nothing on the other side.
"""

import datetime as dt
import hashlib
import logging
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.services import record
from greendistrict.core import clock, leases
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused, TooMany
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from portal.adapters.catalogue import ADAPTERS
from portal.adapters.declaration import KEY, KEY_WORDS, Adapter, Incoming, OutAsk, Outgoing, OutItem, json_bytes
from portal.adapters.enums import Direction, ExchangeResult, ItemState
from portal.adapters.models import MOST_SAID, AdapterLook, Exchange, ExchangeItem
from portal.adapters.rules import may_keep_adapters
from portal.adapters.transports import (
    HAND,
    ExchangePlace,
    Hand,
    NotAccepted,
    NotReached,
    Parcel,
    document,
    items_in,
    too_large,
    transport_of,
)

logger = logging.getLogger(__name__)
EXCHANGE, TASK = "adapter_run", "portal.tasks.exchange"  # the task by name: it imports this module
OURS = "系统对接由系统管理员办理"
ROUND_SECONDS = 60  # then the rest waits for the next time
TOLD_AGAIN = dt.timedelta(days=1)  # the same failure is recorded once in that time
LISTED = 20  # reasons told of one exchange


@dataclass
class _Run:
    """An exchange of one direction while it runs."""

    adapter: Adapter
    direction: Direction
    by: User | None
    run: uuid.UUID = field(default_factory=uuid.uuid4)
    items: int = 0
    faults: list[str] = field(default_factory=list)
    error: str = ""
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, key: str, digest: str, state: ItemState, words: str = "", content: Mapping[str, Any] | None = None) -> None:
        """Record an item; one that was refused for the same reason before is on record already."""
        told = fitted(ExchangeItem, "words", words)
        row = {"adapter": self.adapter.key, "direction": self.direction, "key": key, "digest": digest, "state": state, "words": told}
        more = {"content": dict(content or {}), "run": self.run, "at": clock.now()}
        if state == ItemState.REFUSED:
            ExchangeItem.objects.get_or_create(**row, defaults=more)
            return
        ExchangeItem.objects.create(**row, **more)
        self.items += 1
        self.digest.update(digest.encode())

    @property
    def words(self) -> str:
        """What did not go well."""
        told = [*([self.error] if self.error else []), *self.faults[:LISTED]]
        more = f"；另有{len(self.faults) - LISTED}条" if len(self.faults) > LISTED else ""
        return f"{'；'.join(told)}{more}"[:MOST_SAID]

    @property
    def result(self) -> ExchangeResult:
        """What came of it."""
        if self.words:
            return ExchangeResult.PARTLY if self.items else ExchangeResult.FAILED
        return ExchangeResult.DONE if self.items else ExchangeResult.NOTHING


def exchange(key: str, by: User | None = None) -> list[Exchange]:
    """Exchange once in both directions; returns what is worth a record. Nothing if the adapter is off.

    Whoever asked for it finds on record also that it failed, or that the adapter was exchanging already.
    """
    adapter = ADAPTERS[key]
    try:
        transport = transport_of(key)
        if transport is None:
            return []
        with leases.held(f"adapter:{key}") as mine:
            return _exchanged(adapter, transport, by) if mine else _told(adapter, by, "正在交换，这次没有另外交换")
    except Exception as error:
        logger.exception("exchange of %s failed", key)
        words = f"平台处理时出错（{type(error).__name__}），详见日志"
        _look(key, words)
        return _told(adapter, by, words)


def _told(adapter: Adapter, by: User | None, words: str) -> list[Exchange]:
    """A record for whoever asked, that nothing came of it."""
    run = _Run(adapter, Direction.OUT if adapter.out else Direction.IN, by, error=words)
    made = _recorded(run) if by else None
    return [made] if made else []


def exchange_all() -> int:
    """Exchange by every adapter that is on; the fault of one stops no other. Returns how many exchanges were recorded."""
    return sum(len(exchange(key)) for key in settings.ADAPTERS)


def _exchanged(adapter: Adapter, transport: ExchangePlace, by: User | None) -> list[Exchange]:
    runs = []
    if adapter.out:
        runs.append(_sent(adapter, adapter.out, transport, by))
    if adapter.into:
        runs.append(_taken(adapter, adapter.into, transport, by))
    _look(adapter.key, "；".join(run.error for run in runs if run.error))
    return [made for run in runs if (made := _recorded(run))]


def _sent(adapter: Adapter, out: Outgoing, transport: ExchangePlace, by: User | None) -> _Run:
    run, until = _Run(adapter, Direction.OUT, by), time.monotonic() + ROUND_SECONDS
    for item in out.items(OutAsk(clock.today(), lambda key: _is_known(adapter, Direction.OUT, key))):
        if not _may_leave(item) or _is_known(adapter, Direction.OUT, item.key):
            continue
        try:
            transport.send(adapter.key, item)
        except NotAccepted as why:
            run.faults.append(f"{item.key}：{why}")
        except NotReached as why:
            run.error = str(why)
            break
        else:
            run.add(item.key, item.digest, ItemState.SENT)
        if time.monotonic() > until:
            break
    return run


def _may_leave(item: OutItem) -> bool:
    """Fictional data leave an installation for training only."""
    return settings.TRAINING or not item.is_demo


def _is_known(adapter: Adapter, direction: Direction, key: str) -> bool:
    found = ExchangeItem.objects.filter(adapter=adapter.key, direction=direction, key=key)
    return found.exclude(state=ItemState.REFUSED).exists()


def _taken(adapter: Adapter, into: Incoming, transport: ExchangePlace, by: User | None) -> _Run:
    run, until = _Run(adapter, Direction.IN, by), time.monotonic() + ROUND_SECONDS
    try:
        for parcel in transport.parcels():
            reasons = _read(run, into, parcel)
            run.faults += [f"{parcel.shown}：{reason}" for reason in reasons]
            transport.settle(parcel, reasons)
            if time.monotonic() > until:
                break
    except NotReached as why:
        run.error = str(why)
    return run


def _read(run: _Run, into: Incoming, parcel: Parcel) -> list[str]:
    """Take every item of a document that can be taken; returns why the others were not."""
    if parcel.fault:
        return [parcel.fault]
    try:
        found = items_in(parcel.content)
    except ValueError as fault:
        return [str(fault)]
    told = ((number, _take(run, into, given)) for number, given in enumerate(found, 1))
    return [f"第{number}条{reason}" for number, reason in told if reason]


def _take(run: _Run, into: Incoming, given: Any) -> str:
    """Take one item, once; returns why not, empty if it was taken now or before."""
    if not isinstance(given, dict):
        return "不是一组字段"
    key = given.get("key")
    if not isinstance(key, str) or not re.fullmatch(KEY, key):
        return f"的key不对（{KEY_WORDS}）"
    digest = hashlib.sha256(json_bytes(given)).hexdigest()
    before = ExchangeItem.objects.filter(adapter=run.adapter.key, direction=Direction.IN, key=key).exclude(state=ItemState.REFUSED).first()
    if before:
        return "" if before.digest == digest else _refused(run, key, digest, "这个编号已收过，内容与收过的不同")
    fields = {name: value for name, value in given.items() if name != "key"}
    try:
        with transaction.atomic():
            values = into.form.checked(fields)
            words = into.take({**values, "key": key}, clock.today())
            run.add(key, digest, ItemState.TAKEN, words, into.kept(values))
    except Refused as why:
        return _refused(run, key, digest, str(why))
    except (DatabaseError, ValueError):  # this item holds nothing else up
        logger.exception("item %s of %s cannot be stored", key, run.adapter.key)
        return _refused(run, key, digest, "不能保存，详见日志")
    return ""


def _refused(run: _Run, key: str, digest: str, why: str) -> str:
    run.add(key, digest, ItemState.REFUSED, why)
    return f"（{key}）{why}"


def _look(key: str, error: str) -> None:
    AdapterLook.objects.update_or_create(adapter=key, defaults={"at": clock.now(), "error": error[:MOST_SAID]})


def _recorded(run: _Run) -> Exchange | None:
    """Its record, if something went, somebody asked, or it fails otherwise than it did a short while ago."""
    last = Exchange.objects.filter(adapter=run.adapter.key, direction=run.direction).first()
    is_same = last is not None and last.error == run.words and last.at > clock.now() - TOLD_AGAIN
    if run.by is None and not run.items and (not run.words or is_same):
        return None
    return Exchange.objects.create(
        adapter=run.adapter.key,
        direction=run.direction,
        run=run.run,
        at=clock.now(),
        by=run.by,
        items=run.items,
        refused=len(run.faults),
        result=run.result,
        error=run.words,
        digest=run.digest.hexdigest() if run.items else "",
    )


# What a keeper asks for.


def _keeper(by: User) -> None:
    NotAllowed.unless(may_keep_adapters(posts_of(by)), OURS)


@transaction.atomic
def ask_for_exchange(*, key: str, by: User) -> None:
    """Ask a worker to exchange now, at most once a minute. Raises ``NotAllowed``, ``Refused``, ``TooMany``."""
    _keeper(by)
    Refused.when(transport_of(key) is None, "这项对接没有开启，或者由人工交换")
    now = clock.now()
    asked = outbox.emit(EXCHANGE, f"{EXCHANGE}:{key}:{now:%Y%m%d%H%M}", {"adapter": key, "by": by.pk})
    TooMany.unless(asked, "刚刚要求过，请过一分钟再试")
    record(action="portal.run_adapter", by=by, label=ADAPTERS[key].name)


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: hand the exchange to a worker."""
    current_app.send_task(TASK, args=(message.payload["adapter"], message.payload["by"]), retry=False, ignore_result=True)


def _by_hand(key: str, by: User) -> Adapter:
    _keeper(by)
    Refused.unless(settings.ADAPTERS.get(key) == HAND, "这项对接不由人工交换")
    return ADAPTERS[key]


def bring(*, key: str, content: bytes, by: User) -> Exchange | None:
    """Take a file that a keeper brings. Raises ``NotAllowed``, ``Refused``."""
    adapter = _by_hand(key, by)
    if adapter.into is None or not adapter.into.by_hand:
        msg = "这项对接没有由管理员收入的文件"
        raise Refused(msg)
    Refused.when(len(content) > settings.ADAPTER_MAX_BYTES, f"文件{too_large()}")
    with leases.held(f"adapter:{key}") as mine:
        Refused.unless(mine, "正在交换，请稍后再试")
        run = _taken(adapter, adapter.into, Hand(content), by)
        record(action="portal.bring_to_adapter", by=by, label=adapter.name, data={"rows": run.items, "refused": len(run.faults)})
        _look(key, "")
        return _recorded(run)


def carry(*, key: str, by: User) -> bytes:
    """The file of what goes out, for a keeper to carry; only public content. Raises ``NotAllowed``, ``Refused``."""
    adapter = _by_hand(key, by)
    if adapter.out is None or not adapter.out.is_open:
        msg = "这项对接送出的内容不公开，不能由管理员下载"
        raise Refused(msg)
    with leases.held(f"adapter:{key}") as mine:
        Refused.unless(mine, "正在交换，请稍后再试")
        items = [item for item in adapter.out.items(OutAsk(clock.today(), lambda _key: False)) if _may_leave(item)]
        run = _Run(adapter, Direction.OUT, by)
        for item in items:
            if not _is_known(adapter, Direction.OUT, item.key):
                run.add(item.key, item.digest, ItemState.SENT)
        record(action="portal.carry_from_adapter", by=by, label=adapter.name, data={"rows": len(items)})
        _look(key, "")
        _recorded(run)
    return json_bytes({"items": [document(adapter.key, item, with_file=True) for item in items]})
