"""Tables of this app."""

from outreach.opinions.models import PublicOpinion

__all__ = ["PublicOpinion"]
