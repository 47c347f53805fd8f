"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts.messenger import take_office
from greendistrict.audit import action_labels
from greendistrict.core.features import declared
from greendistrict.notifications import letters, services
from greendistrict.notifications.enums import OUTSIDE, Message
from greendistrict.workflow import declaration, messages, outbox
from greendistrict.workflow import letters as matter_letters
from greendistrict.workflow.enums import Lane


def wire() -> None:
    """Register procedures and letters of all features, words of steps, the outbox handlers and the carrier of account letters."""
    for _, procedure in declared(declaration.Procedure, "procedure"):
        declaration.register(procedure, messages=Message.values)
    for machine in declaration.machines():
        words = {f"{machine.name}.{step.action}": f"{machine.title}：{step.label}" for step in machine.transitions}
        action_labels.register(machine.name, words)
    for _, source in declared(matter_letters.LetterSource, "letters"):
        matter_letters.register(source)
    outbox.handle(messages.KIND, services.deliver, "站内消息")
    for channel in OUTSIDE:
        outbox.handle(channel.value, services.hand_over, str(channel.label), lane=Lane.MAIL, outside=True)
    outbox.handle(letters.KIND, letters.write_link, "设定密码的邮件", lane=Lane.MAIL, outside=True)
    take_office(letters.Letters())
