"""The portal's WSGI application with a failpoint: the process is killed between the commit of a decision and its effects.

Only with the file named by ``GD_TEST_FAILPOINT`` in place; it is removed first, so that the process that takes over lives.
"""

import importlib
import os
import signal
from pathlib import Path

from greendistrict.wsgi import application

__all__ = ["application"]
ARMED = Path(os.environ["GD_TEST_FAILPOINT"])
outbox = importlib.import_module("greendistrict.workflow.outbox")  # models can be read once the application stands
_call = outbox._call


def die_or_call(lane) -> None:
    """What runs after the commit of a transaction that asked for effects."""
    if ARMED.exists():
        ARMED.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    _call(lane)


outbox._call = die_or_call
