"""Print digests of the base images, queried from their registry, as lines for ``.env``: ``make image-pin >> .env``.

A digest identifies an image even if its tag changes later. If the registry cannot be queried or returns no digest, this exits 1 with
one line. ``docker`` (buildx) or ``skopeo`` runs the query. A base image named by an environment variable is queried under that name.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE = re.compile(r"\$\{(?P<variable>(?!PORTAL)\w+_IMAGE):-(?P<image>[^}]+)\}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SECONDS = 60


class NoDigestError(RuntimeError):
    """No program for the query, or no answer from the registry."""


def bases() -> dict[str, str]:
    """Images by variable, from the environment or docker-compose.yml."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return {found["variable"]: os.environ.get(found["variable"]) or found["image"] for found in BASE.finditer(text)}


def questions(image: str) -> dict[str, Sequence[str]]:
    """Command of each program that queries the digest of an image's index."""
    return {
        "docker": ("docker", "buildx", "imagetools", "inspect", "--format", "{{json .Manifest}}", image),
        "skopeo": ("skopeo", "inspect", "--format", "{{json .}}", f"docker://{image}"),
    }


def digest(image: str) -> str:
    """Digest from the registry. Raises ``NoDigestError``."""
    reasons = []
    for program, words in questions(image).items():
        if not shutil.which(program):
            continue
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=SECONDS)
        if done.returncode:
            reasons.append(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
            continue
        found = json.loads(done.stdout)
        told = str(found.get("Digest") or found.get("digest") or "")
        if DIGEST.fullmatch(told):
            return told
        reasons.append(f"{program}: no digest")
    raise NoDigestError("; ".join(reasons) or "neither docker (buildx) nor skopeo is installed")


def main() -> int:
    """Print ``NAME_IMAGE=image@digest`` for each base image, or nothing at all."""
    lines = []
    for variable, image in bases().items():
        name = image.partition("@")[0]
        try:
            lines.append(f"{variable}={name}@{digest(name)}")
        except (NoDigestError, subprocess.TimeoutExpired, ValueError) as error:
            print(f"the bases were not pinned: {name}: {error}", file=sys.stderr)
            return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
