"""Form of a person's choice of channels for each group of messages."""

from collections.abc import Iterator
from typing import Any

from django import forms

from greendistrict.accounts.models import User
from greendistrict.notifications.channels import choices_of, takes
from greendistrict.notifications.enums import FIXED, Channel, MessageGroup
from greendistrict.notifications.transports import TRANSPORTS, connected, states

LINES = tuple(group for group in MessageGroup if group not in FIXED)


class ChannelForm(forms.Form):
    """One checkbox for each group of messages and connected channel; legal notices and account notices have none."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.channels = connected()
        chosen = choices_of([user]).get(user.pk, {})
        for group in LINES:
            for channel in self.channels:
                self.fields[f"{group.value}-{channel.value}"] = forms.BooleanField(
                    label=f"{group.label}：{channel.label}", required=False, initial=takes(group, channel, chosen)
                )
        self.addresses = [(channel, TRANSPORTS[channel].address(user)) for channel in self.channels]
        self.missing = [channel for channel, is_connected in states() if not is_connected]

    def lines(self) -> Iterator[tuple[MessageGroup, list[forms.BoundField]]]:
        """Each group with its checkboxes, in the order of the channels."""
        for group in LINES:
            yield group, [self[f"{group.value}-{channel.value}"] for channel in self.channels]

    def chosen(self) -> dict[tuple[MessageGroup, Channel], bool]:
        """Choices by group and channel."""
        return {(group, channel): bool(self.cleaned_data[f"{group.value}-{channel.value}"]) for group in LINES for channel in self.channels}
