"""What the commands say that verify a file: nothing counts as verified that no trusted key signed."""

import base64
import json
import zipfile

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command, get_commands

from assessments.reviews.selectors.panels import SIGNATURE, with_signature
from assessments.versions import receipts
from greendistrict.core import sealing
from reports.archive import layout, verification
from tests.assessments.reviews.test_panel import published

# Compare what is stored with itself, or anchors with the keys that core/sealing trusts (tests/audit/test_archive.py): no file is given.
NO_FILE = {"verify_decision", "verify_audit"}
# Tried with whole files where these are made.
ELSEWHERE = {"verify_backup": "tests/portal/backup/test_backup.py", "verify_report": "tests/reports/signing/test_signing.py"}


def foreign(signature, content):
    """The same signature made by a key that nobody vouches for."""
    key = Ed25519PrivateKey.generate()
    return {**signature, "key": sealing.key_id(sealing._pem(key.public_key())), "value": base64.b64encode(key.sign(content)).decode()}


def claimed(signature, _content):
    """A signature of nobody that names the portal's key."""
    return {**signature, "value": base64.b64encode(bytes(64)).decode()}


def unsigned(_signature, _content):
    return None


def draw(folder, change):
    data = with_signature(published())
    data[SIGNATURE] = change(data[SIGNATURE], b"data")
    path = folder / "draw.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return [path]


def archive(folder, change):
    bag = folder / "bag"
    bag.mkdir()
    for name in verification.PAPERS:
        (bag / name).write_bytes(b"%PDF-1.7")
    volume = {**dict.fromkeys(verification.FIELDS, ""), "format": layout.FORMAT, "items": []}
    (bag / layout.VOLUME).write_text(json.dumps(volume), encoding="utf-8")
    made = bagit.make_bag(str(bag), checksums=["sha256"])
    content = layout.signed((bag / layout.MANIFEST).read_bytes())
    (bag / layout.SIGNATURE).write_text(json.dumps(change(sealing.signature_of(content), content)), encoding="utf-8")
    made.save()
    with zipfile.ZipFile(folder / "volume.zip", "w") as file:
        for path in bag.rglob("*"):
            file.write(path, path.relative_to(folder).as_posix())
    return [folder / "volume.zip"]


def receipt(folder, change):
    table = {"title": "评分表", "version": 1}
    content = {"format": receipts.FORMAT, "number": "1", "submitted_at": "", "table": table, "counts": {"values": 0, "files": 0}}
    content |= {"values": [], "files": []}
    signature = change(sealing.signature_of(receipts.canonical(content)), receipts.canonical(content))
    (folder / "receipt.json").write_text(json.dumps({"receipt": content, "signature": signature}), encoding="utf-8")
    (folder / "key.pem").write_text(sealing.public_pem(), encoding="utf-8")
    return [folder / "receipt.json", "--key", str(folder / "key.pem")]


FILES = {"verify_draw": draw, "verify_archive": archive, "verify_receipt": receipt}
NOT_TRUSTED = {unsigned: "没有签名|签名不是", foreign: "由另一把密钥", claimed: "签名不符"}


def test_every_verifying_command_is_asked():
    assert {name for name in get_commands() if name.startswith("verify_")} == {*FILES, *NO_FILE, *ELSEWHERE}


@pytest.mark.parametrize("command", FILES)
def test_a_file_counts_only_with_the_signature_of_a_trusted_key(command, tmp_path, capsys):
    for number, (change, words) in enumerate(NOT_TRUSTED.items()):
        (folder := tmp_path / str(number)).mkdir()
        with pytest.raises(CommandError, match=words):
            call_command(command, *FILES[command](folder, change))
        assert capsys.readouterr().out == ""
    call_command(command, *FILES[command](tmp_path, lambda signature, _content: signature))
    assert capsys.readouterr().out
