"""Whether this host has the keys of the others: the database keeps a digest of each, and a process with another key does not start.

A host with a foreign receipt key would sign what the others do not vouch for; one with a foreign field key would write what they cannot
read. A key is changed by keeping the one before it beside the new one, as docs/operations.md says: who has both moves the mark on. Only
in production; elsewhere keys come and go with a folder. The keys themselves are random, so that a digest gives nothing away.
"""

import hashlib
import logging

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from greendistrict.core import database_clock, encrypted, sealing
from greendistrict.core.models import KeyMark

logger = logging.getLogger(__name__)
NAMES = {"receipt": "GD_RECEIPT_KEY", "field": "GD_FIELD_KEY"}
HINT = "各主机须用同一密钥；更换的，按 docs/operations.md（Keys）把原密钥一并保留；恢复到新装系统的，运行 manage.py accept_keys"


def own() -> dict[str, list[str]]:
    """Digests of this host's keys by kind: the one in use first, then those of before it. Raises ``ImproperlyConfigured`` and more."""
    receipts = [sealing.read_public(pem).public_bytes_raw() for pem in (sealing.public_pem(), *sealing.former_keys())]
    given = encrypted.keys()
    fields = [f"field key {key}".encode() for key in given]
    return {kind: [hashlib.sha256(one).hexdigest() for one in keys] for kind, keys in (("receipt", receipts), ("field", fields))}


def differing() -> list[str]:
    """What is wrong with the keys of this host, in words; notes keys that are new. Nothing without a database that answers."""
    if not settings.PRODUCTION:
        return []
    try:
        foreign = [NAMES[kind] for kind, digests in own().items() if not _is_known(kind, digests)]
    except DatabaseError as error:
        logger.warning("keys not compared with those of other hosts: %s", error)
        return []
    finally:
        if not connection.in_atomic_block:
            connection.close()
    return [f"{name} 与数据库登记的（其他主机所用的）不同：{HINT}（gd.E027）" for name in foreign]


def _is_known(kind: str, digests: list[str]) -> bool:
    mark, _ = KeyMark.objects.get_or_create(kind=kind, defaults={"digest": digests[0], "since": database_clock.now()})
    if mark.digest in digests[1:]:
        KeyMark.objects.filter(pk=mark.pk, digest=mark.digest).update(digest=digests[0], since=database_clock.now())
    return mark.digest in digests


def refuse_others() -> None:
    """Raise ``ImproperlyConfigured`` if this host's keys are not those of the others."""
    if found := differing():
        raise ImproperlyConfigured("；".join(found))


def accept() -> None:
    """Make this host's keys those of all hosts."""
    for kind, digests in own().items():
        KeyMark.objects.update_or_create(kind=kind, defaults={"digest": digests[0], "since": database_clock.now()})
