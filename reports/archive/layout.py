"""Structure of a package, and file names that every system accepts."""

import hashlib
import re
import unicodedata

ITEMS = "卷内文件"
VOLUME = "volume.json"
CATALOGUE = "卷内目录"
REMARKS = "备考表"
COPIES = "copies"  # of an item in volume.json, where there are any: the same paper in another format
FORMAT = "greendistrict-archive/1"
MANIFEST, SIGNATURE = "manifest-sha256.txt", "signature.json"
LONGEST = 200  # bytes of a name; most file systems end at 255
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
ENDING = re.compile(r"[A-Za-z0-9]{1,10}")


def signed(manifest: bytes) -> bytes:
    """What the signature of a package is made over: the manifest of its files, and for what purpose."""
    return f"{FORMAT} {hashlib.sha256(manifest).hexdigest()}".encode()


def item_name(number: int, title: str, original: str) -> str:
    """File name 件号_题名.ext of an item: Chinese is kept, forbidden characters are removed, at most 200 bytes."""
    found = original.rpartition(".")[2] if "." in original else ""
    ending = f".{found.lower()}" if ENDING.fullmatch(found) else ""
    plain = unicodedata.normalize("NFC", UNSAFE.sub("_", title))
    stem = " ".join(plain.split()).strip(". ").removesuffix(ending).strip(". ") or "未命名"
    start = f"{number:03}_"
    room = LONGEST - len(start.encode()) - len(ending.encode())
    return f"{start}{stem.encode()[:room].decode(errors='ignore').rstrip('. ')}{ending}"
