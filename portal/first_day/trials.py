"""Trials of what the portal uses beside its database: each does once, harmlessly, what regular use does, and says what came of it.

Some run in a worker, because only that has the secret or the volume (``OpeningTrial.queue``); the page then tells of a worker that is away.
"""

import io
import logging
import smtplib
import socket
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.core import database_clock
from greendistrict.core.masks import masked_mail, masked_phone
from greendistrict.documents import scans
from greendistrict.documents.office.conversion import NotConverted
from greendistrict.notifications.gateway import NoAnswerError, Sms
from greendistrict.notifications.mail import goes_out, send_mail, written_mail
from greendistrict.signin import provider
from greendistrict.workflow.outbox import NotTaken
from portal.first_day.enums import OpeningItem
from reports.jobs.ofd import ofd_of

logger = logging.getLogger(__name__)
# In two pieces, because scanners of the machine find the whole one in this file.
EICAR = (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-", rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")
PROBE = "开用检查试写的内容".encode()
REASONS = {ConnectionRefusedError: "连接被拒绝", TimeoutError: "没有应答", socket.gaierror: "找不到这台主机"}


class NotWorking(Exception):  # noqa: N818 -- an outcome
    """What was tried does not work; the message says why."""


class OpeningTrial(NamedTuple):
    """One trial: what is tried by the settings (empty: nothing is set), how, what has failed if it fails, and where that is set.

    ``proves``: the line counts as there after a success only; ``queue``: of the worker that makes it, empty for the web server.
    """

    target: Callable[[], str]
    run: Callable[[User], str]
    failed: str
    setting: str
    queue: str = ""
    proves: bool = True

    def outcome(self, by: User) -> tuple[bool, str]:
        """Whether it worked, and what to say of it; never raises."""
        try:
            return True, self.run(by)
        except NotWorking as why:
            words = str(why)
        except Exception as error:  # a library's own errors as well
            logger.exception("a trial of the first day failed")
            words = f"{type(error).__name__}：{error}"
        return False, f"{self.failed}：{words.rstrip('。')}。{self.setting}"


def _reason(error: Exception) -> str:
    """Why a server did not take something, in Chinese where it was not reached."""
    cause = error.__cause__ or error
    return next((words for kind, words in REASONS.items() if isinstance(cause, kind)), str(error))


def mail_target() -> str:
    """The mail server; empty while mails stay here."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if goes_out() else ""


def _mail(by: User) -> str:
    if not by.email:
        msg = "您的账号没有电子邮箱"
        raise NotWorking(msg)
    link = f"{settings.SITE_URL}{reverse('portal:first_day')}"
    text = f"这是{by.name}在开用检查中试发的邮件，收到即表示本平台发得出邮件。\n\n开用检查：{link}\n"
    letter = written_mail(
        key=f"opening:{by.pk}:{uuid.uuid4()}", to=by.email, subject="试发邮件", text=text, repeated=False, demo=by.is_demo
    )
    try:
        send_mail(letter)
    except (NotTaken, OSError, smtplib.SMTPException) as error:
        msg = f"邮件服务器{mail_target()}没有收下（{_reason(error)}）"
        raise NotWorking(msg) from error
    return f"邮件服务器已收下发往{masked_mail(by.email)}的邮件，请看是否收到"


def _sms(by: User) -> str:
    gateway = Sms()
    if not gateway.address(by):
        msg = "您的账号没有中国大陆的手机号码"
        raise NotWorking(msg)
    try:
        gateway.send_trial(by)
    except (NotTaken, NoAnswerError) as error:
        msg = f"短信网关没有收下（{_reason(error)}）"
        raise NotWorking(msg) from error
    return f"短信网关已收下发往{masked_phone(by.phone)}的短信，请看是否收到"


def _antivirus(_by: User) -> str:
    try:
        found = scans.virus_in(EICAR)
    except scans.ScannerAway as away:
        raise NotWorking(str(away)) from away
    if not found:
        msg = "查毒程序有应答，但认不出国际通用的测试病毒（EICAR），请更新病毒库"
        raise NotWorking(msg)
    return f"查毒程序查出了测试病毒（{found}）"


def _storage(_by: User) -> str:
    name = default_storage.save(f"trials/{uuid.uuid4().hex}", ContentFile(PROBE))
    try:
        with default_storage.open(name, "rb") as stored:
            if stored.read() != PROBE:
                msg = "读出的内容与写入的不同"
                raise NotWorking(msg)
    finally:
        default_storage.delete(name)
    if default_storage.exists(name):
        msg = "写入的文件删不掉"
        raise NotWorking(msg)
    return "写入、读出、删除一份文件都办成"


def _backup(_by: User) -> str:
    from portal.backup.encryption import UnusableKey, encrypted  # noqa: PLC0415 -- the web server does not load what encrypts

    folder, recipient = Path(settings.BACKUP_DIR), settings.BACKUP_RECIPIENT
    probe = folder / f".trial-{uuid.uuid4().hex}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with probe.open("wb") as sink, encrypted(sink, recipient) as entry:
            entry.write(PROBE)
        is_there = probe.stat().st_size > 0
    except UnusableKey as error:
        msg = f"GD_BACKUP_RECIPIENT{error}"
        raise NotWorking(msg) from error
    except OSError as error:
        msg = f"备份文件夹不能写入（{error.strerror or error}）"
        raise NotWorking(msg) from error
    finally:
        with suppress(OSError):
            probe.unlink()
    if not is_there:
        msg = "写入备份文件夹的文件是空的"
        raise NotWorking(msg)
    return f"备份文件夹可以写入，{'加密' if recipient else '没有设置加密公钥，备份不加密'}"


def _clock(_by: User) -> str:
    off = database_clock.ask()
    if off is None:
        msg = "数据库没有及时回答时间"
        raise NotWorking(msg)
    wrong = [one.host for one in database_clock.wrong_hosts()]
    if wrong or abs(off) > database_clock.TOLERANCE:
        msg = f"本机与数据库相差{abs(off):.0f}秒，相差过多的主机：{'、'.join(wrong) or '本机'}"
        raise NotWorking(msg)
    return f"本机与数据库相差{abs(off):.1f}秒，没有主机报告相差超过{database_clock.TOLERANCE:.0f}秒"


def _single_sign_on(_by: User) -> str:
    try:
        provider.reach()
    except provider.ProviderError as error:
        msg = "发现文档读不到" if str(error) == provider.UNREACHABLE else "发现文档里的签发者与设置的不同"
        raise NotWorking(msg) from error
    return "读到了认证平台的发现文档，签发者相符"


def _ofd(_by: User) -> str:
    import pikepdf  # noqa: PLC0415 -- only the worker that tries pays for it

    page, stream = pikepdf.new(), io.BytesIO()
    page.add_blank_page()
    page.save(stream)
    try:
        ofd_of(stream.getvalue())
    except NotConverted as why:
        raise NotWorking(str(why)) from why
    return "一页空白的PDF已转换为OFD"


TRIALS: Mapping[str, OpeningTrial] = {
    OpeningItem.MAIL: OpeningTrial(mail_target, _mail, "邮件没有发出", "设置EMAIL_BACKEND、EMAIL_HOST、EMAIL_PORT", "mail"),
    OpeningItem.SMS: OpeningTrial(
        lambda: settings.SMS_URL, _sms, "短信没有发出", "设置GD_SMS_URL、GD_SMS_KEY_ID、GD_SMS_SIGN_NAME、GD_SMS_TEMPLATE", "mail"
    ),
    OpeningItem.SCANNER: OpeningTrial(lambda: settings.CLAMD, _antivirus, "查毒没有办成", "设置GD_CLAMD", "default"),
    OpeningItem.STORAGE: OpeningTrial(
        lambda: settings.S3_BUCKET or str(settings.MEDIA_ROOT), _storage, "文件存不进或者读不出", "设置GD_MEDIA_DIR，或者GD_S3_BUCKET等"
    ),
    OpeningItem.BACKUP: OpeningTrial(
        lambda: settings.BACKUP_DIR, _backup, "备份写不进去", "设置GD_BACKUP_DIR、GD_BACKUP_RECIPIENT", "maintenance", proves=False
    ),
    OpeningItem.CLOCK: OpeningTrial(lambda: "database", _clock, "时钟不准", "校准主机的时间同步（NTP）"),
    OpeningItem.SINGLE_SIGN_ON: OpeningTrial(
        lambda: settings.OIDC_ISSUER if provider.is_on() else "", _single_sign_on, "统一身份认证连不上", "设置GD_OIDC_ISSUER"
    ),
    OpeningItem.OFD: OpeningTrial(lambda: settings.OFD_CONVERTER, _ofd, "OFD没有转换成", "设置GD_OFD_CONVERTER、GD_OFD_SECONDS", "reports"),
}
