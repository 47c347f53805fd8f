"""The most memory of this process during a piece of work, C libraries included."""

import ctypes
import gc
from pathlib import Path

HIGHEST = "5"  # for clear_refs: forget the most memory there ever was


def growth_during(work) -> int:
    """By how many bytes the resident memory grew at most."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # memory that glibc keeps for later would be used without growth
    Path("/proc/self/clear_refs").write_text(HIGHEST, encoding="ascii")
    before = _of("VmRSS")
    work()
    return max(0, _of("VmHWM") - before)


def _of(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
