"""Tables of this app."""

from outreach.opinions.models import PublicOpinion
from outreach.stories.models import Story, StoryPhoto

__all__ = ["PublicOpinion", "Story", "StoryPhoto"]
