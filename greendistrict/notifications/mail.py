"""E-mails: a text and an HTML part with the same content, and whether the mail server accepted one, refused it, or the outcome is unknown.

As a channel: one mail per delivery, with a Message-ID derived from the message's key. Normally sent once. If a worker is killed between the
mail server's answer and storing it, the mail is sent a second time, marked as a repetition and with the same ``Message-ID`` and
``X-GD-Key``, and never a third time (``workflow.outbox``).
"""

import smtplib
from collections.abc import Sequence
from email.utils import make_msgid, parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, User
from greendistrict.core.papers import PORTAL
from greendistrict.notifications.channels import Attempt
from greendistrict.notifications.models import Delivery
from greendistrict.notifications.texts import plain, text_of
from greendistrict.workflow.outbox import NotTaken, Undeliverable

REPEATED = "本邮件可能是重复发送：上一次发送没有得到邮件服务器的答复。"
PERMANENT = 500
KEPT_HERE = frozenset({"filebased", "locmem", "console", "dummy"})  # backends of Django that send nothing


def goes_out() -> bool:
    """Whether mails leave this installation, by the backend that the settings name."""
    return settings.EMAIL_BACKEND.rpartition(".")[0].rpartition(".")[2] not in KEPT_HERE


def sender() -> str:
    """Sender of mails: the configured address, with the portal's name unless it has one of its own."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return settings.DEFAULT_FROM_EMAIL if name else f"{PORTAL} <{address}>"


def foot(*, demo: bool) -> str:
    """Last paragraph of every mail: whose portal wrote it, that nobody reads answers, and whom to call where a telephone is entered."""
    city = Organisation.objects.filter(kind=OrganisationKind.CITY, is_demo=demo).order_by("pk").first()
    whose = f"（{city.name}）" if city else ""
    call = f"咨询电话：{city.office_phone}。" if city and city.office_phone else ""
    return f"本邮件由{PORTAL}{whose}自动发出，不能直接回复。{call}"


def written_mail(*, key: str, to: str, subject: str, text: str, repeated: bool, demo: bool) -> EmailMultiAlternatives:
    """Mail with both parts; Message-ID and ``X-GD-Key`` are derived from the key, so that a repetition can be recognised."""
    text = f"{text.rstrip()}\n\n{foot(demo=demo)}\n"
    mark = sha256(key.encode()).hexdigest()
    headers = {"Message-ID": f"<{mark[:32]}@{make_msgid().rsplit('@', 1)[1]}", "X-GD-Key": mark, "Auto-Submitted": "auto-generated"}
    if repeated:
        headers["X-GD-Repeated"] = "1"
        text = f"{text.rstrip()}\n\n{REPEATED}\n"
    mail = EmailMultiAlternatives(subject=subject, body=text, from_email=sender(), to=[to], headers=headers)
    blocks = [[_line(line) for line in block.splitlines()] for block in text.strip().split("\n\n")]
    mail.attach_alternative(render_to_string("notifications/mail.html", {"subject": subject, "blocks": blocks}), "text/html")
    return mail


def _line(line: str) -> tuple[str, str]:
    """A line as text, and the portal URL at its end."""
    words, mark, address = line.rpartition("：")
    return (f"{words}{mark}", address) if address.startswith(settings.SITE_URL) else (line, "")


def send_mail(mail: EmailMultiAlternatives) -> None:
    """Send a mail. Raises ``Undeliverable`` or ``NotTaken`` if it certainly was not accepted, otherwise the server's own error."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(str(error)) from error
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused([code for code, _ in error.recipients.values()], error) from error
    except smtplib.SMTPResponseException as error:
        raise _refused([error.smtp_code], error) from error
    finally:
        connection.close()


def _refused(codes: Sequence[int], error: Exception) -> NotTaken:
    return Undeliverable(str(error)) if codes and min(codes) >= PERMANENT else NotTaken(str(error))


class Mail:
    """Transport of e-mails."""

    def is_connected(self) -> bool:
        """Every installation has e-mail."""
        return True

    def address(self, user: User) -> str:
        """Mail address of the account."""
        return user.email

    def send(self, delivery: Delivery, attempt: Attempt) -> None:
        """Send one mail."""
        text, note = text_of(delivery), delivery.notification
        letter = written_mail(
            key=note.key,
            to=note.receiver.email,
            subject=text.marked_subject,
            text=plain(text),
            repeated=attempt.repeated,
            demo=note.is_demo,
        )
        send_mail(letter)
