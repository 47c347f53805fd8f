"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts.messenger import take_office
from greendistrict.notifications import letters, services
from greendistrict.workflow import messages, outbox


def wire() -> None:
    """Take part in the outbox, and carry what the accounts have to say to people."""
    outbox.handle(messages.KIND, services.deliver)
    outbox.handle(services.MAIL, services.mail)
    outbox.handle(letters.KIND, letters.write_link)
    take_office(letters.Letters())
