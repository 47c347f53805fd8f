"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts.messenger import take_office
from greendistrict.notifications import channels, letters, services
from greendistrict.notifications.enums import OUTSIDE, Channel
from greendistrict.notifications.mail import Mail
from greendistrict.workflow import messages, outbox


def wire() -> None:
    """Register the channels, the outbox handlers and the carrier of account letters."""
    channels.register(Channel.MAIL, Mail())
    outbox.handle(messages.KIND, services.deliver)
    for channel in OUTSIDE:
        outbox.handle(channel.value, services.hand_over)
    outbox.handle(letters.KIND, letters.write_link)
    take_office(letters.Letters())
