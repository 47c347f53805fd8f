"""Plant faults at random and try each with the fast tests that execute its line.

``record`` runs the fast tests once and keeps which lines and nodes each executes (var/faults/recorded); later it runs only those of test
modules that changed. ``coverage`` prints the share of statements that they execute, ``pages`` names tests whose pages are worth keeping.
``run`` chooses faults by a seed and tries them.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from scripts.faults.choice import chosen
from scripts.faults.places import ROOT, digests
from scripts.faults.recording import Recording, coverage_report
from scripts.faults.report import reported
from scripts.faults.running import FAST, run_process, tried
from scripts.faults.unkept import worth_keeping

KEPT = ROOT / "var/faults/recorded"
PROCESSES = 2


def recordings(folder: Path) -> list[Recording]:
    """Recordings in a folder, the oldest first."""
    return [Recording(one) for one in sorted(folder.glob("*")) if (one / "sources.json").exists()]


def record(folder: Path) -> int:
    """Record the fast tests of the modules that changed since they were recorded; returns pytest's exit code."""
    known = {path: digest for one in recordings(folder) for path, digest in one.digests.items()}
    modules = [path for path, digest in digests().items() if known.get(path) != digest] if known else []
    if known and not modules:
        return 0
    target = folder / f"{len(list(folder.glob('*'))) + 1:04}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "scripts.faults.recorder", "-m", FAST, "-n", str(PROCESSES), *modules]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "GD_RECORD": str(target)}, check=False).returncode
    return 0 if ended == 5 else ended  # noqa: PLR2004 -- changed modules may hold slow tests only


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="scripts.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("--recorded", type=Path, default=KEPT, help="folder of recordings")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("record", help="record the fast tests, or those that changed")
    covered = commands.add_parser("coverage", help="share of statements executed")
    covered.add_argument("--since", type=Path, help="earlier recording: lists what is no longer executed")
    commands.add_parser("pages", help="tests whose pages show parts of templates that no kept text does")
    run = commands.add_parser("run", help="plant faults")
    run.add_argument("--seed", type=int, default=1)
    run.add_argument("--count", type=int, default=60)
    run.add_argument("--seconds", type=float, default=40, help="processor time for the tests of one fault")
    run.add_argument("only", nargs="*", help="files or folders that faults are planted in; all without any")
    process = commands.add_parser("process")  # one of those that `run` starts
    process.add_argument("folder", type=Path)
    process.add_argument("number", type=int)
    asked = parser.parse_args()
    if asked.command == "record":
        return record(asked.recorded)
    if asked.command == "process":
        return run_process(asked.folder, asked.number)
    known = recordings(asked.recorded)
    if not known:
        parser.error("nothing is recorded: run `record` first")
    if asked.command == "coverage":
        print(coverage_report(known[0], Recording(asked.since) if asked.since else None))
        return 0
    if asked.command == "pages":
        print(*(f"{adds}\t{test}" for test, adds in worth_keeping(known)), sep="\n")
        return 0
    return reported(tried(chosen(asked.seed, asked.count, asked.only), known, asked.seconds, PROCESSES))


if __name__ == "__main__":
    sys.exit(main())
