"""docs/cryptography.md against the code: each use of an algorithm stands in its table, and nothing else does."""

import ast
import re

from tests.architecture.sources import ROOT, sources

PAPER = (ROOT / "docs" / "cryptography.md").read_text(encoding="utf-8")
HASHES = {"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "md5": "MD5", "blake2b": "BLAKE2b"}
# What a module brings with it whose name is imported, from wherever it stands.
BROUGHT = {
    "fernet": "Fernet", "hkdf": "HKDF", "keywrap": "AES-KW", "ed25519": "Ed25519", "ec": "ECDSA", "rsa": "RSA", "x509": "X.509",
    "pkcs12": "PKCS#12", "pyhanko": "PAdES", "pyrage": "age", "authlib": "JWS", "joserfc": "JWS", "webauthn": "WebAuthn",
    "django_otp_webauthn": "WebAuthn", "Argon2PasswordHasher": "Argon2id", "TOTP": "TOTP",
}  # fmt: skip
KEYED = {"signing", "Signer", "TimestampSigner"}  # of Django, HMAC-SHA-256
# Of these libraries: nothing that computes.
AROUND = {"hashes", "serialization", "exceptions", "compare_digest", "constant_time_compare", "NameOID"}


def imported(node):
    """Names of the modules and things of an import."""
    if isinstance(node, ast.Import):
        return {part for one in node.names for part in one.name.split(".")}
    return {*(node.module or "").split("."), *(one.name for one in node.names)} if isinstance(node, ast.ImportFrom) else set()


def called(node):
    """Algorithm of a call of hashlib, hmac or Django's keyed digest."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [one.value for one in (*node.args, *(word.value for word in node.keywords)) if isinstance(one, ast.Constant)]
    if name == "salted_hmac":
        return {f"HMAC-{HASHES[next((word for word in texts if word in HASHES), 'sha1')]}"}  # Django's own default
    if name == "new" and getattr(getattr(node.func, "value", None), "id", "") == "hmac":
        return {f"HMAC-{HASHES[node.args[2].attr]}"}
    return {HASHES[word] for word in texts if word in HASHES} if name == "file_digest" else set()


def algorithms(tree):
    """Names of the algorithms that a module uses."""
    found = set()
    for node in ast.walk(tree):
        names = imported(node)
        found |= {BROUGHT[name] for name in names if name in BROUGHT}
        found |= {"HMAC-SHA-256"} if names & KEYED and "django" in names else set()
        if isinstance(node, ast.ImportFrom) and node.module == "hashlib":
            found |= {HASHES[name] for name in names if name in HASHES}
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "hashlib" and not node.attr.startswith("_"):
            found |= {HASHES[node.attr]} if node.attr != "file_digest" else set()
        if isinstance(node, ast.Call):
            found |= called(node)
    return found


def test_every_use_in_the_code_stands_in_the_table_and_nothing_else():
    used = {(source.path, name) for source in sources() for name in algorithms(source.tree)}
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in PAPER.splitlines() if line.startswith("| ") and ".py`" in line
    ]
    told = {(path, name) for row in rows for path in re.findall(r"`([\w/]+\.py)`", row[3]) for name in row[1].split(", ")}
    assert len(used) > 80
    assert used - told == set()
    assert {(path, name) for path, name in told - used if name != "SHA-256 of a framework"} == set()
    assert all(len(row) == 5 and all(row) for row in rows)


def test_a_library_that_nobody_thought_of_would_be_found():
    """Whatever is imported of the libraries is either named in the table or does not compute."""
    libraries = {"hashlib", "hmac", "cryptography", "Crypto", "nacl", "gmssl", "jwt", "jose", "bcrypt", "passlib", "ssl"}
    missing = []
    for source in sources():
        known = algorithms(source.tree)
        for node in ast.walk(source.tree):
            roots = {(node.module or "").split(".")[0]} if isinstance(node, ast.ImportFrom) else set()
            roots |= {one.name.split(".")[0] for one in node.names} if isinstance(node, ast.Import) else set()
            if roots & libraries and not known and not imported(node) & AROUND and roots != {"hmac"}:
                missing.append(f"{source.path}: {ast.unparse(node)}")
    assert missing == []
