"""Things that expire: certificates, the holiday calendar, the policy, the standard; and the age of the last backup."""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from greendistrict.core import clock, workdays
from greendistrict.core.models import JobRun
from greendistrict.policy.loader import all_policies
from indicators.editions.selectors import published_editions
from portal.backup import record

logger = logging.getLogger(__name__)
SIGNING, TLS = "签名证书", "网站证书（TLS）"
BACKUP_AFTER = dt.timedelta(hours=26)  # daily, plus two hours for making it
SOON = dt.timedelta(days=90)


@dataclass(frozen=True)
class Expiry:
    """Something with a last day. ``day`` is None if it does not expire or could not be read."""

    label: str
    what: str
    day: dt.date | None
    today: dt.date

    @property
    def state(self) -> str:
        """正常, 即将到期 in the last three months, 已到期 after the day."""
        if self.day is None:
            return "没有期限"
        if self.day < self.today:
            return "已到期"
        return "即将到期" if self.day - self.today <= SOON else "正常"

    @property
    def colour(self) -> str:
        """Colour of the state's tag."""
        return {"已到期": "red", "即将到期": "amber"}.get(self.state, "")


def expiries(today: dt.date) -> list[Expiry]:
    """Everything that expires, earliest first."""
    policies = [policy for policy in all_policies() if policy.expires >= today] or list(all_policies())[-1:]
    official, editions = workdays.current().official, list(published_editions().order_by("code"))
    entered, end = (f"已录入到{max(official)}年", dt.date(max(official), 12, 31)) if official else ("没有录入", None)
    found = [
        *_certificates(today),
        *(Expiry("政策文件", f"{policy.title}（{policy.code}）", policy.expires, today) for policy in policies),
        Expiry("节假日安排", entered, end, today),
    ]
    successors = {edition.replaces: edition.in_force for edition in editions if edition.in_force}
    for edition in editions:  # a standard ends on the day before its successor takes effect
        following = successors.get(edition.code)
        found.append(Expiry("评价标准", str(edition), following - dt.timedelta(days=1) if following else None, today))
    return sorted(found, key=lambda line: (line.day is None, line.day or today))


def _certificates(today: dt.date) -> Iterator[Expiry]:
    """Certificates for verifying documents, read without the signing library (web workers do not load it), and the TLS certificate.

    TLS ends at the gateway: its certificate (the first in the file) is known only if the portal is given the file.
    """
    if settings.SIGNING_ROOTS:
        yield from (_certificate(path, _of_pem, today) for path in settings.SIGNING_ROOTS)
    elif path := settings.SIGNING_P12 or (settings.SIGNING_DEMO_PATH if Path(settings.SIGNING_DEMO_PATH).exists() else ""):
        yield _certificate(path, _of_p12, today)
    else:
        yield Expiry(SIGNING, "没有配置，文件不签名", None, today)
    if settings.TLS_CERTIFICATE:
        yield _certificate(settings.TLS_CERTIFICATE, _of_pem, today, TLS)


def _certificate(path: str | Path, read: Callable[[bytes], x509.Certificate], today: dt.date, label: str = SIGNING) -> Expiry:
    try:
        found = read(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        logger.warning("certificate not read: %s", error)
        return Expiry(label, "读不出", None, today)
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME) or list(found.subject)
    return Expiry(label, str(names[0].value), found.not_valid_after_utc.astimezone(clock.SHANGHAI).date(), today)


def _of_pem(content: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(content)


def _of_p12(content: bytes) -> x509.Certificate:
    """The signer's certificate. Raises ``ValueError`` for a wrong password or a file without a certificate."""
    password = settings.SIGNING_PASSWORD.encode() if settings.SIGNING_P12 else None
    _, found, _ = pkcs12.load_key_and_certificates(content, password)
    if found is None:
        msg = "no certificate"
        raise ValueError(msg)
    return found


@dataclass(frozen=True)
class Backup:
    """Time of the last recorded backup."""

    at: dt.datetime | None
    is_late: bool

    @property
    def how(self) -> str:
        """Whether backups are scheduled, and whether they are encrypted."""
        if not settings.BACKUP_DIR:
            return "没有设置每晚自动备份"
        return f"每晚自动备份，{'已加密' if settings.BACKUP_RECIPIENT else '未加密'}"


def backup(now: dt.datetime) -> Backup:
    """The last backup, made by ``manage.py backup`` or reported with ``record_backup``."""
    run = JobRun.objects.filter(name=record.JOB).first()
    at = run.succeeded_at if run else None
    return Backup(at, at is None or now - at > BACKUP_AFTER)


def backup_days(on: dt.date, _years: Collection[int]) -> Mapping[tuple[int, int], dt.date]:
    """Day of the last backup, if made by the end of ``on``; earlier ones are not kept. Fulfils the duty 备份."""
    run = JobRun.objects.filter(name=record.JOB, succeeded_at__isnull=False).first()
    day = run.succeeded_at.astimezone(clock.SHANGHAI).date() if run and run.succeeded_at else None
    return {(0, day.year): day} if day and day <= on else {}


def certificate_ends(on: dt.date, _years: Collection[int]) -> Mapping[tuple[int, int], dt.date]:
    """Last days of the installation's certificates, for the duty 证书到期: signing, and TLS if it is known."""
    return {(number, line.day.year): line.day for number, line in enumerate(_certificates(on)) if line.day}


def expiry_troubles(lines: list[Expiry], copy: Backup) -> list[str]:
    """Expired items, and in production a missing backup."""
    found = [f"{line.label}已到期：{line.what}" for line in lines if line.state == "已到期"]
    if settings.PRODUCTION and copy.is_late:
        found.append(f"{'一天内' if copy.at else ''}没有备份：设置 GD_BACKUP_DIR 后每晚自动备份，也可运行 manage.py backup")
    return found
