import subprocess
import sys

from tests.architecture.sources import ROOT


def test_floor_plan_holds():
    """The contracts of pyproject.toml, as ``make lint`` asks them."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "2 kept, 0 broken" in done.stdout
