"""Cost of security measures: permissions on a list, records of a decision, storing a large file, backup; memory of the last two."""

import cProfile
import hashlib
import io
import os
import pstats
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from django.contrib.auth.hashers import get_hasher
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from districts.file.models.district import District
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents import services
from greendistrict.documents.blobs import removed_if_unnamed
from greendistrict.documents.models import Evidence
from portal.backup import services as backups
from tools.bench.errors import BenchError
from tools.bench.limits import LIST_FIELDS, LIST_ROWS
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of, row_of
from tools.bench.papers import memory_rows, said_by_child
from tools.bench.seeding import Seeded

MB = 1_000_000  # so that 50 MB are below the limit of 50 MiB
RECORD, EMIT = ("services.py", "record"), ("outbox.py", "emit")
ACTS = 20


def hashing() -> str:
    """Password hash algorithm and its parameters."""
    used = get_hasher()
    cost = [getattr(used, name, "?") for name in ("time_cost", "memory_cost", "parallelism")]
    if "?" in cost:
        return str(used.algorithm)
    return f"{used.algorithm}, {cost[0]} rounds over {int(cost[1]) // 1024} MiB, {cost[2]} lanes"


def scope(seeded: Seeded, effort: Effort) -> BenchRow:
    """The queries of the list for a person who may see a part, compared with the same queries without permissions."""

    def listed(rows: QuerySet[District]) -> Callable[[], object]:
        return lambda: (
            rows.count(),
            list(rows.order_by("is_demo", "area_code", "name_pinyin", "pk").values_list(*LIST_FIELDS)[:LIST_ROWS]),
        )

    ours, bare = listed(districts_visible_to(Viewer(seeded.preparer))), listed(District.objects.filter(guideline_area=False))
    with CaptureQueriesContext(connection) as caught:
        ours()
    timing = by_turns(lambda: ours, lambda: bare, effort)
    total = District.objects.count()
    return row_of(f"statements of the list of {total:,} districts, scoped", timing, 0.5, queries=len(caught), most_queries=2)


def recording(act: Callable[[], object], effort: Effort) -> BenchRow:
    """Share of a decision's processor time spent on its audit record and outbox rows. With one round, only checks that it works."""
    profile = cProfile.Profile()
    act()
    profile.enable()
    for _ in range(ACTS if effort.rounds > 1 else 1):
        act()
    profile.disable()
    stats = pstats.Stats(profile, stream=io.StringIO())
    found: dict[tuple[str, str], float] = {}
    for (path, _line, name), (_calls, _first, _own, seconds, _callers) in stats.stats.items():  # type: ignore[attr-defined]  # missing in the stubs
        key = (Path(path).name, name)
        if key in {RECORD, EMIT} and "greendistrict" in path:
            found[key] = found.get(key, 0.0) + seconds
    if set(found) != {RECORD, EMIT}:
        msg = f"the decision was not recorded, or told nobody: {sorted(found)}"
        raise BenchError(msg)
    parts = {name: seconds / stats.total_tt for (_, name), seconds in found.items()}  # type: ignore[attr-defined]
    share = sum(parts.values())
    notes = {"audit": round(parts["record"], 2), "outbox": round(parts["emit"], 2)}
    return BenchRow("one decision, share of audit and outbox", share, share, 0.5, at_most=True, notes=notes)


def a_pdf(folder: Path, size: int) -> Path:
    """A complete, incompressible PDF of so many MB, written in chunks."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    places, path = [], folder / f"{size}.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for number, part in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page), 1):
            places.append(file.tell())
            file.write(b"%d 0 obj%sendobj\n" % (number, part))
        places.append(file.tell())
        file.write(b"4 0 obj<</Length %d>>stream\n" % (size * MB))
        for _ in range(size):
            file.write(os.urandom(MB))
        file.write(b"\nendstream endobj\n")
        table = file.tell()
        file.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
        file.write(b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table)
    return path


def upload(path: Path, owner: District, by: User) -> Evidence:
    """Store an existing file like the upload of a form."""
    with path.open("rb") as file:
        sent = UploadedFile(file=file, name=path.name, size=path.stat().st_size)
        return services.store(owner=owner, upload=sent, kind="规划文本", title="规划", by=by)


def _undone(path: Path, owner: District, by: User) -> None:
    with removed_if_unnamed(), transaction.atomic():
        upload(path, owner, by)
        transaction.set_rollback(True)


def uploading(seeded: Seeded, sizes: Sequence[int], effort: Effort) -> Iterator[BenchRow]:
    """An upload checked, recorded and stored, compared with hashing and storing only; memory of a separate process at each size."""
    owner, by = seeded.district, seeded.preparer
    with tempfile.TemporaryDirectory() as folder:
        path = a_pdf(Path(folder), sizes[-1])

        def bare() -> None:
            with path.open("rb") as file:
                hashlib.file_digest(file, "sha256")
                default_storage.delete(default_storage.save("bench/bare", File(file)))

        timing = by_turns(lambda: partial(_undone, path, owner, by), lambda: bare, effort)
    yield cost_of(f"upload of {sizes[-1]} MB, stored", timing, 3)
    yield from _peaks("upload", sizes)


def backing_up(sizes: Sequence[int]) -> Iterator[BenchRow]:
    """Memory of a process that makes a backup with so many MB of files."""
    yield from _peaks("backup", sizes)


def _peaks(what: str, sizes: Sequence[int]) -> Iterator[BenchRow]:
    peaks = {f"{size} MB": said_by_child(what, [size])[-1][1] for size in sizes}
    yield from memory_rows(what, peaks)


def upload_once(size: int) -> None:
    """Run in a separate process: store one file of so many MB."""
    with tempfile.TemporaryDirectory() as folder:
        _undone(a_pdf(Path(folder), size), *_seeded())


def backup_once(size: int) -> None:
    """Run in a separate process: make a backup with a file of so many MB."""
    with tempfile.TemporaryDirectory() as folder:
        row = upload(a_pdf(Path(folder), size), *_seeded())
        try:
            backups.make(Path(folder))
        finally:
            services.remove(row)


def _seeded() -> tuple[District, User]:
    return District.objects.get(code="bench-0"), User.objects.get(username="bench-preparer")
