"""How long the tests take that ``make check`` chooses: ``make check-times`` tries the last commits, each against the one before.

    python -m scripts.reach.times [--commits 200] [--every 1]

Seconds are on the clock, of the fast tests alone, with two processes on two idle cores.
"""

import argparse
import statistics

from scripts.reach import KEPT, Store
from scripts.reach.choosing import choice_of
from scripts.reach.seconds import kept, on_the_clock
from scripts.reach.tree import git

MEDIAN, THREE_QUARTERS = 90.0, 240.0  # seconds that are aimed at


def main() -> int:
    """Exit code 1 if the commits take longer than is aimed at."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--every", type=int, default=1, help="try each n-th of them")
    asked = parser.parse_args()
    store = Store(KEPT.with_name("facts-of-commits.pickle"))
    store.load()
    seconds = kept()
    found = []
    for commit in git("rev-list", "--first-parent", f"-{asked.commits}", "HEAD").split()[:: asked.every]:
        choice = choice_of(commit, store)
        found.append(on_the_clock(list(choice.reasons), seconds))
        print(f"{git('log', '-1', '--format=%h', commit).strip()} {len(choice.reasons):4} modules {found[-1]:5.0f} s", flush=True)
    store.save()
    tenths = statistics.quantiles(found, n=20, method="inclusive")
    print(f"{len(found)} commits: median {tenths[9]:.0f} s, three quarters {tenths[14]:.0f} s, nine tenths {tenths[17]:.0f} s")
    return 0 if tenths[9] <= MEDIAN and tenths[14] <= THREE_QUARTERS else 1


if __name__ == "__main__":
    raise SystemExit(main())
