"""E-mail as a channel: one mail per delivery, with a Message-ID derived from the message's key.

Normally sent once. If a worker is killed between the mail server's answer and storing it, the mail is sent a second time, marked as a
repetition and with the same ``Message-ID`` and ``X-GD-Key``, and never a third time (``workflow.outbox``).
"""

from greendistrict.accounts.models import User
from greendistrict.notifications import mailing
from greendistrict.notifications.channels import Attempt
from greendistrict.notifications.models import Delivery
from greendistrict.notifications.texts import plain, text_of


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
        letter = mailing.write(
            key=note.key, to=note.receiver.email, subject=text.marked_subject, text=plain(text), repeated=attempt.repeated
        )
        mailing.send(letter)
