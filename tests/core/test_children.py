"""Child processes that read files of others see no secret of the portal."""

import json
import sys

import pytest

from districts.boundaries.geometry import reader
from greendistrict import children
from greendistrict.documents.office.kinds import OLD_OFFICE
from greendistrict.documents.workbooks import other_formats

SECRETS = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "GD_S3_KEY_SECRET", "GD_FIELD_KEY_FILE")
TELLS = "import json, os, sys; sys.stdin.read(); print(json.dumps({'ok': dict(os.environ)}))"
READERS = {
    "boundaries": (reader, lambda: reader.shares_of_many([{}], {"a": {}})),
    "workbooks": (other_formats, lambda: json.loads(other_formats.plain_workbook(OLD_OFFICE))["ok"]),
}


@pytest.mark.parametrize("name", READERS)
def test_who_reads_files_of_others_sees_no_secret(name, monkeypatch):
    module, told = READERS[name]
    for secret in SECRETS:
        monkeypatch.setenv(secret, "secret")
    monkeypatch.setattr(module, "COMMAND", (sys.executable, "-c", TELLS))
    seen = told()
    assert "PATH" in seen
    assert set(seen) <= {*children.KEPT, "LANG", "LC_CTYPE"}
