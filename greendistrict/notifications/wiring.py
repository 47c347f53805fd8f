"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts.messenger import take_office
from greendistrict.notifications import letters, services
from greendistrict.notifications.enums import OUTSIDE
from greendistrict.workflow import messages, outbox
from greendistrict.workflow.enums import Lane


def wire() -> None:
    """Register the outbox handlers and the carrier of account letters."""
    outbox.handle(messages.KIND, services.deliver, "站内消息")
    for channel in OUTSIDE:
        outbox.handle(channel.value, services.hand_over, str(channel.label), lane=Lane.MAIL, outside=True)
    outbox.handle(letters.KIND, letters.write_link, "设定密码的邮件", lane=Lane.MAIL, outside=True)
    take_office(letters.Letters())
