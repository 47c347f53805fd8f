"""The whole way of a backup out of an object storage into another, empty one: real processes, moto's server, nothing of the demo."""

import os
import tarfile
from contextlib import closing

import pytest

from tests.object_storage import BUCKET, KEYS, OwnObjectStorage
from tests.portal.backup.test_rehearsal import manage
from tests.processes import Portal

pytestmark = pytest.mark.area("portal/backup", "greendistrict/documents")
OTHER = "restored"
STORED = """
from greendistrict.documents.services import store_bytes
from tests.factories.accounts import cast
from tests.factories.districts import make_district
district = make_district(cast())
for number, size in enumerate((9_000_000, 9_000, 90)):  # the first goes in several parts
    content = b"%PDF-1.7" + bytes([number]) * size
    store_bytes(owner=district, content=content, name=f"{number}.pdf", content_type="application/pdf", kind="plan", title="规划")
"""


def given(server, bucket):
    told = {"GD_S3_BUCKET": bucket, "GD_S3_ENDPOINT": server.address, "GD_S3_REGION": "us-east-1"}
    return {**told, "GD_S3_KEY_ID": KEYS["access_key"], "GD_S3_KEY_SECRET": KEYS["secret_key"]}


def objects(server, bucket):
    """Content of every object by its name."""
    held = {}
    with closing(server.client) as client:
        for one in client.list_objects_v2(Bucket=bucket).get("Contents", []):
            with closing(client.get_object(Bucket=bucket, Key=one["Key"])["Body"]) as body:
                held[one["Key"]] = body.read()
    return held


def files_in(path):
    with tarfile.open(path) as tar:
        lines = tar.extractfile("files.sha256").read().decode().splitlines()
    return sorted(line for line in lines if "  media/" in line)


def test_what_lies_in_one_bucket_is_put_back_into_another(tmp_path):
    server = OwnObjectStorage(tmp_path)
    server.start()
    with closing(server.client) as client:
        client.create_bucket(Bucket=OTHER)
    try:
        with (
            Portal(tmp_path / "first", f"objects_{os.getpid()}", **given(server, BUCKET)) as first,
            Portal(tmp_path / "second", f"objects_back_{os.getpid()}", **given(server, OTHER)) as second,
        ):
            first.migrate()
            first.run("manage.py", "shell", "--verbosity", "0", "--command", STORED)
            held = objects(server, BUCKET)
            assert sorted(map(len, held.values())) == [98, 9_008, 9_000_008]
            first.run("manage.py", "backup", str(tmp_path / "copies"))
            (made,) = (tmp_path / "copies").glob("*.tar")
            assert len(files_in(made)) == 3
            (second.folder / "receipt-key").write_bytes((first.folder / "receipt-key").read_bytes())
            code, said, complaint = manage(second, "restore", str(made))
            assert code == 0, said + complaint
            assert "各表行数与清单相符" in said
            assert objects(server, OTHER) == held
            asked = "SELECT key, sha256, size FROM documents_evidence ORDER BY id"
            assert second.rows(asked) == first.rows(asked) != []
            second.run("manage.py", "backup", str(tmp_path / "again"))
            (again,) = (tmp_path / "again").glob("*.tar")
            assert files_in(again) == files_in(made), "and out of that one it is the same"
    finally:
        server.end()
