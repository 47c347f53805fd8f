"""Letters of the accounts app: password links by mail, account notices by inbox and mail.

The outbox row stores the link's key only; its secret is created when the letter is written and is stored nowhere else.
"""

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string

from greendistrict.accounts import links
from greendistrict.accounts.models import PasswordLink, User
from greendistrict.notifications.enums import Message
from greendistrict.notifications.mail import send_mail, written_mail
from greendistrict.notifications.services import notify
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

KIND = "password_link"


class Letters:
    """Carrier of account letters and messages, through the outbox."""

    def send_link(self, link: PasswordLink) -> None:
        """Request the letter of a link."""
        outbox.emit(KIND, f"password-link:{link.pk}", {"password_link": link.pk})

    def notify(self, *, key: str, receivers: Iterable[User], title: str, body: str, path: str, demo: bool) -> None:
        """Request messages in inbox and mail."""
        notify(kind=Message.PASSWORD_RESET, key=key, receivers=receivers, title=title, body=body, link=path, demo=demo)


def write_link(message: OutboxMessage) -> None:
    """Outbox handler: send the letter with a new secret; a repetition invalidates the previous secret."""
    found = PasswordLink.objects.select_for_update(of=("self",), no_key=True).select_related("user", "asked_by")
    link = found.filter(pk=message.payload["password_link"], used_at__isnull=True, closed_at__isnull=True).first()
    to = (link.address or link.user.email) if link else ""
    if link is None or not to or not link.user.is_active or (link.needs_release and link.released_at is None):
        return
    address = links.address_of(links.fill(link))
    text = render_to_string("notifications/password_link.txt", {"link": link, "address": address, "site": settings.SITE_URL})
    mark = "【演示数据】" if link.is_demo else ""
    subject = f"{mark}{link.get_purpose_display()}：{link.user.username}"
    send_mail(written_mail(key=message.key, to=to, subject=subject, text=text, repeated=message.unsure > 0, demo=link.is_demo))
