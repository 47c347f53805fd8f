"""Form for the hours of the members."""

from collections.abc import Iterable
from typing import Any

from django import forms

from assessments.reviews.models.review import PanelMember


class HoursForm(forms.Form):
    """Hours of each sitting member; empty where none are recorded."""

    def __init__(self, *args: Any, members: Iterable[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for member in members:
            label = f"{member} {member.expert.user.name}"
            self.fields[f"hours_{member.pk}"] = forms.DecimalField(
                label=label, required=False, min_value=0, max_value=500, max_digits=5, decimal_places=1, initial=member.hours
            )

    @property
    def hours(self) -> dict[int, Any]:
        """Hours by primary key of the member."""
        return {int(name.removeprefix("hours_")): value for name, value in self.cleaned_data.items()}
