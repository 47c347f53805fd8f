"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts.messenger import take_office
from greendistrict.notifications import letters, services
from greendistrict.workflow import messages, outbox


def wire() -> None:
    """Register the outbox handlers and the carrier of account letters."""
    outbox.handle(messages.KIND, services.deliver)
    outbox.handle(services.MAIL, services.mail)
    outbox.handle(letters.KIND, letters.write_link)
    take_office(letters.Letters())
