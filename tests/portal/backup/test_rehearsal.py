"""The rehearsal: a portal with the demo's story is copied, put back somewhere else by real processes, and is the same."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from greendistrict.processes import until
from portal.backup import postgres
from tests.processes import ROOT, Portal

pytestmark = pytest.mark.slow
WAIT = 120


def manage(portal, *words):
    """(exit code, output, complaint) of a command."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=portal.environment, capture_output=True, text=True, timeout=600, check=False
    )
    return done.returncode, done.stdout, done.stderr
