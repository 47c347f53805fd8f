"""What child processes that read files of others are given: an environment without secrets, little memory, and an end with their parent."""

import ctypes
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

MEMORY = 512 * 1024 * 1024  # bytes of data; two reports made at once share the memory of a container (MEMORY_JOBS)
KEPT = (
    "PATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME", "XDG_DATA_HOME", "GD_REPORT_FONTS",
    "GDAL_DATA", "PROJ_DATA", "PROJ_LIB",
)  # fmt: skip
FIRST_TO_END = "1000"  # of what the kernel ends when memory runs short
PR_SET_PDEATHSIG = 1


def environment(folder: Path | None = None) -> dict[str, str]:
    """Variables for the child: where programs, fonts and coordinate systems are, and a folder for what it writes beside."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **({"TMPDIR": str(folder)} if folder else {})}


def hold_memory() -> None:
    """Limit the data of this process. Called before a file is read."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    given = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_DATA, (given, given))


def end_with_parent() -> None:
    """Have this process ended with its parent, and before it where memory runs short."""
    with suppress(OSError):  # systems without it
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_END, encoding="ascii")
    with suppress(AttributeError):  # as above
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
