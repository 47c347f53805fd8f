"""Runs a load: seed, serve, let people work on the limits, then on the portal, and tell both."""

import asyncio
import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse

from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob
from tools.bench import messages, paths, readers, report_world, seeding, server
from tools.bench.measuring import Effort
from tools.bench.run import machine
from tools.load.crowd import LIMIT, PORTAL, LoadSide, LoadTally, Order, crowd
from tools.load.mix import Mix
from tools.load.processors import Backends, Pids, family
from tools.load.seats import Participant, everybody
from tools.load.wire import Request

Say = Callable[[str], object]
Result = dict[str, Any]
CLIENT_MOST = 0.8  # of one processor, which is all that it can use
QUEUES = "default,mail,reports"
PERCENTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True)
class LoadPlan:
    """People of each step, seconds that count, mean seconds to think; districts of the lists, bodies with a table, reporting districts."""

    people: tuple[int, ...]
    seconds: float
    think: float
    districts: int = 2_000
    bodies: int = 60
    reported: int = 40


TINY = LoadPlan(people=(10,), seconds=6, think=0.5, districts=6, bodies=2, reported=3)


def run(plan: LoadPlan, mix: Mix, logs: Path, say: Say) -> list[Result]:
    """Each step's result, first on all limits, then on the portal with the worker that makes its reports."""
    seeded = seeding.seed()
    reported = report_world.reporting(seeded, plan.reported)
    seeding.more_districts(seeded, plan.districts)
    seats = everybody(seeded, mix.seats(max(plan.people)), plan.bodies)
    order = Order(paths.sign_in(seeded.officer), [_order(key) for key in reported])
    readers.allow_connections(max(plan.people))
    backends = Backends()
    try:
        with server.serving("greendistrict.wsgi", {}, logs / "load-web.log") as web:
            for name in readers.PAGES:
                readers.write_file(paths.Visit(web.port, seeded, Effort(1, 1), {}), name)
            groups: dict[str, Pids] = {"client": lambda: [os.getpid()], "web": family(web.pid), "database": backends}
            load = _Load(plan, mix, web.port, seats)
            limits = [load.step(people, LIMIT, groups, None) for people in plan.people]
            with messages.worker(messages.PORTAL, QUEUES, {"EMAIL_BACKEND": messages.NO_MAIL}) as worker:
                results = []
                for people, limit in zip(plan.people, limits, strict=True):
                    ours = load.step(people, PORTAL, {**groups, "worker": family(worker)}, order)
                    results.append(result_of(ours, limit))
                    for line in lines(results[-1]):
                        say(line)
                say(_reports())
    finally:
        backends.close()
    return results


def _order(district: int) -> Request:
    path = reverse("reports:report_request", args=[ReportKind.ANNUAL_DISTRICT])
    return Request(path, {"year": str(seeding.YEAR), "formats": "pdf", "extent": "chosen", "districts": str(district)})


def _reports() -> str:
    return f"reports: {ExportJob.objects.count()} ordered, {ExportJob.objects.filter(state=JobState.DONE).count()} made by now"


@dataclass(frozen=True)
class _Load:
    plan: LoadPlan
    mix: Mix
    port: int
    seats: dict[str, list[Participant]]

    def step(self, people: int, side: LoadSide, groups: dict[str, Pids], order: Order | None) -> LoadTally:
        """So many people at work on one side."""
        here = [person for seat, count in self.mix.seats(people).items() for person in self.seats[seat][:count]]
        ordered = order if self.mix.reports_a_minute else None
        counted = crowd(self.port, here, self.mix, side, window=self.plan.seconds, think=self.plan.think, groups=groups, order=ordered)
        return asyncio.run(counted)


def percentile(seconds: Sequence[float], share: float) -> float | None:
    """The time within which this share was answered, in ms, by the nearest rank; None without an answer."""
    found = sorted(seconds)
    return found[math.ceil(len(found) * share) - 1] * 1000 if found else None


def result_of(ours: LoadTally, limit: LoadTally) -> Result:
    """Both sides of a step, and the limit over ours: 1 is as fast as the limit."""
    sides = {PORTAL.name: figures(ours), LIMIT.name: figures(limit)}
    mine, bare = sides.values()
    ratios = {name: bare[name] / mine[name] if bare[name] and mine[name] else None for name in PERCENTS}
    ratios["web seconds a request"] = _over(_each(limit, "web"), _each(ours, "web"))
    acts = {
        name: {"answers": len(seconds), **_times(seconds), "limit p50": percentile(limit.seconds.get(name, ()), 0.5)}
        for name, seconds in sorted(ours.seconds.items())
    }
    return {"people": ours.people, **sides, "ratios": ratios, "acts": acts}


def figures(tally: LoadTally) -> Result:
    """Requests a second, times, errors by kind, and how many processors each group kept busy."""
    return {
        "requests a second": tally.in_time / tally.window,
        **_times(tally.all_seconds()),
        "errors": dict(tally.errors.most_common()),
        "processors": {name: seconds / tally.window for name, seconds in tally.processors.items()},
    }


def _times(seconds: Sequence[float]) -> dict[str, float | None]:
    return {name: percentile(seconds, share) for name, share in PERCENTS.items()}


def _each(tally: LoadTally, group: str) -> float:
    """Processor seconds of a group for each request answered in time."""
    return tally.processors.get(group, 0.0) / tally.in_time if tally.in_time else 0.0


def _over(one: float, other: float) -> float | None:
    return one / other if other else None


def lines(result: Result) -> Iterator[str]:
    """A step as text."""
    yield f"{result['people']} people"
    for side in (PORTAL.name, LIMIT.name):
        found = result[side]
        busy = ", ".join(f"{name} {part:.2f}" for name, part in found["processors"].items())
        yield f"  {side:<8} {found['requests a second']:8.1f} requests/s  {_in_ms(found)}  processors: {busy}"
        if found["processors"]["client"] > CLIENT_MOST:
            yield "    the client itself was too busy: these times are not the server's alone"
        yield from (f"    error  {count:5} × {kind}" for kind, count in found["errors"].items())
    yield "  limit / portal  " + "  ".join(f"{name} {_number(ratio, 2)}" for name, ratio in result["ratios"].items())
    for name, act in result["acts"].items():
        yield f"    {name:<22} {act['answers']:6}  {_in_ms(act)}  limit p50 {_number(act['limit p50'], 0)}"


def _in_ms(found: Result) -> str:
    return "  ".join(f"{name} {_number(found[name], 0)}" for name in PERCENTS) + " ms"


def _number(found: float | None, digits: int) -> str:
    return "—" if found is None else f"{found:.{digits}f}"


def write(plan: LoadPlan, results: Sequence[Result], out: Path) -> None:
    """Write everything as JSON, with data of the machine."""
    content = {"machine": machine(), "workers": server.WORKERS, "kept": server.KEPT, "plan": plan.__dict__, "steps": results}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
