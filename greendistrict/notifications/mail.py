"""E-mail as a channel: one plain mail per delivery, with a Message-ID derived from the message's key.

The mail goes out at least once: a worker killed between the mail server's answer and the mark sends it again, with the same ``Message-ID``
and ``X-GD-Key``, by which mail programs show one.
"""

from email.utils import make_msgid
from hashlib import sha256

from django.core.mail import EmailMessage

from greendistrict.accounts.models import User
from greendistrict.notifications.models import Delivery
from greendistrict.notifications.texts import plain, text_of


class Mail:
    """Transport of e-mails."""

    def is_connected(self) -> bool:
        """Every installation has e-mail."""
        return True

    def address(self, user: User) -> str:
        """Mailbox of the account."""
        return user.email

    def send(self, delivery: Delivery) -> None:
        """Send one mail."""
        text, mark = text_of(delivery), sha256(delivery.notification.key.encode()).hexdigest()
        letter = EmailMessage(
            subject=text.marked_subject,
            body=plain(text),
            to=[delivery.notification.receiver.email],
            headers={"Message-ID": f"<{mark[:32]}@{make_msgid().rsplit('@', 1)[1]}", "X-GD-Key": mark},
        )
        letter.send(fail_silently=False)
