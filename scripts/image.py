"""Build the image with the container engine of this machine, as docs/operations.md describes; the image is removed afterwards.

Build arguments are taken from the environment (``ARGUMENTS``, those of the Dockerfile), the certificate of a TLS proxy from the
file named by ``GD_BUILD_CA``. Exits 1 with one line if there is no engine.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("docker", "podman")
ARGUMENTS = ("APT_MIRROR", "NPM_REGISTRY", "PIP_INDEX_URL", "WITHOUT_OFFICE", "PYTHON_IMAGE", "NODE_IMAGE", "POSTGRES_IMAGE")
TAG = "greendistrict:test-long"
LOADED = "import PIL.Image, pikepdf, psycopg, pyproj, shapely, weasyprint"


def engine() -> tuple[str, str]:
    """(working engine, ""), or ("", what is missing)."""
    found = [name for name in ENGINES if shutil.which(name)]
    for name in found:
        if subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0:
            return name, ""
    if found:
        return "", f"the image was not built: {' and '.join(found)} is installed, but its engine does not answer"
    return "", f"the image was not built: neither {' nor '.join(ENGINES)} is installed"


def command(name: str) -> Sequence[str]:
    """Command line of the build."""
    words = [name, "build", "--tag", TAG]
    for argument in ARGUMENTS:
        if value := os.environ.get(argument):
            words += ["--build-arg", f"{argument}={value}"]
    if certificate := os.environ.get("GD_BUILD_CA"):
        words += ["--secret", f"id=ca,src={certificate}"]
    return [*words, "."]


def main() -> int:
    """Build the image, import in it the modules that need system libraries, and remove it."""
    name, missing = engine()
    if missing:
        print(missing, file=sys.stderr)
        return 1
    built = subprocess.run(command(name), cwd=ROOT, check=False).returncode
    if not built:
        built = subprocess.run([name, "run", "--rm", TAG, "python", "-c", LOADED], check=False).returncode
        subprocess.run([name, "image", "rm", TAG], capture_output=True, check=False)
    return 1 if built else 0


if __name__ == "__main__":
    sys.exit(main())
