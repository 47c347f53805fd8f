"""People at work for a while: each asks, reads the answer, thinks, and asks again."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from tools.load.mix import Mix
from tools.load.processors import Pids, ProcessorTime
from tools.load.seats import LoadAct, Participant
from tools.load.wire import CLOSED, KeptLine, Reply, Request

LONGEST = 30.0  # seconds until somebody gives up
ORDER = "order of a report"
THINKING = (0.5, 1.5)  # of the mean
SEED = 331  # both sides choose the same acts and think for the same time


@dataclass(frozen=True)
class LoadSide:
    """The portal or its limits: where the requests of an act come from."""

    name: str
    request: Callable[[LoadAct], Request]
    is_portal: bool


PORTAL = LoadSide("portal", lambda act: act.ours(), is_portal=True)
LIMIT = LoadSide("limit", lambda act: act.limit(), is_portal=False)


@dataclass
class LoadTally:
    """What happened in the time that counts: seconds of good answers by act, errors by act and kind, processor seconds by group."""

    people: int
    window: float
    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    processors: dict[str, float] = field(default_factory=dict)
    in_time: int = 0  # good answers that came before the end, orders of reports aside

    def all_seconds(self) -> list[float]:
        """Seconds of all good answers, orders of reports aside, which no limit has."""
        return [one for name, several in self.seconds.items() if name != ORDER for one in several]


@dataclass(frozen=True)
class Order:
    """Reports ordered now and then: the session, and the requests in turn."""

    session: str
    requests: Sequence[Request]


async def crowd(
    port: int,
    people: Sequence[Participant],
    mix: Mix,
    side: LoadSide,
    *,
    window: float,
    think: float,
    groups: Mapping[str, Pids],
    order: Order | None,
) -> LoadTally:
    """Let everybody arrive within the time that one thinks, then count for ``window`` seconds."""
    work = _Work(port, mix, side, think, LoadTally(len(people), window))
    tasks = [asyncio.create_task(work.live(person, random.Random(SEED + number))) for number, person in enumerate(people)]  # noqa: S311 -- no secret
    if order:
        tasks.append(asyncio.create_task(work.order(order)))
    await asyncio.sleep(think * THINKING[1])
    with ProcessorTime(groups) as used:
        work.begin()
        await asyncio.sleep(window)
    work.over.set()
    work.tally.processors = used.seconds()
    await asyncio.gather(*tasks)
    return work.tally


class _Work:
    def __init__(self, port: int, mix: Mix, side: LoadSide, think: float, tally: LoadTally) -> None:
        self._port, self._mix, self._side, self._think, self.tally = port, mix, side, think, tally
        self.begun, self.over = asyncio.Event(), asyncio.Event()
        self._since = 0.0

    def begin(self) -> None:
        """What is asked from now on counts."""
        self._since = time.perf_counter()
        self.begun.set()

    async def live(self, person: Participant, chance: random.Random) -> None:
        """Come, then work until it is over."""
        line, shares = KeptLine(self._port, person.session), self._mix.acts[person.seat]
        await self._pause(chance.uniform(0, self._think))
        while not self.over.is_set():
            [name] = chance.choices(list(shares), list(shares.values()))
            act = person.acts[name]
            reply = await self._measured(line, name, self._side.request(act), lambda reply, act=act: fault(reply, act, self._side))  # type: ignore[misc]
            if reply and self._side.is_portal:
                act.answered(reply)
            await self._pause(self._think * chance.uniform(*THINKING))
        await line.close()

    async def order(self, order: Order) -> None:
        """Order the next report, and wait for its time to come again."""
        await self.begun.wait()
        line = KeptLine(self._port, order.session)
        for number in range(1_000_000):
            if self.over.is_set():
                break
            await self._measured(line, ORDER, order.requests[number % len(order.requests)], not_ordered)
            await self._pause(60 / self._mix.reports_a_minute)
        await line.close()

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.over.wait(), seconds)
        except TimeoutError:
            return

    async def _measured(self, line: KeptLine, name: str, request: Request, wrong: Callable[[Reply], str]) -> Reply | None:
        counts, began = self.begun.is_set() and not self.over.is_set(), time.perf_counter()
        reply, kind = None, ""
        try:
            reply = await asyncio.wait_for(line.ask(request), LONGEST)
            kind = wrong(reply)
        except TimeoutError:
            kind = f"no answer in {LONGEST:.0f} s"
        except (OSError, *CLOSED) as error:
            kind = f"connection: {type(error).__name__}"
        if reply is None:
            await line.close()
        took = time.perf_counter() - began
        if counts and kind:
            self.tally.errors[f"{name}: {kind}"] += 1
        elif counts:
            self.tally.seconds.setdefault(name, []).append(took)
            self.tally.in_time += name != ORDER and began + took <= self._since + self.tally.window
        return reply


def fault(reply: Reply, act: LoadAct, side: LoadSide) -> str:
    """What is wrong with an answer, in a few words; empty for a good one."""
    if reply.status == HTTPStatus.FOUND:
        return f"led to {reply.location.partition('?')[0]}"
    if reply.status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
        return f"status {reply.status}"
    if act.is_page and side.is_portal and not reply.body.rstrip().endswith(b"</html>"):
        return "a page without its end"
    return ""


def not_ordered(reply: Reply) -> str:
    """What is wrong with the answer to an order, which leads to the job."""
    return "" if reply.status == HTTPStatus.FOUND and "/jobs/" in reply.location else f"status {reply.status}"
