"""What the portal says of what the policy leaves open: a document that it has not received, a setting at its default."""

from django import template

from greendistrict.policy import documents
from greendistrict.policy.parameters import default_mark, default_note

register = template.Library()
register.simple_tag(documents.unread_guide)
register.simple_tag(default_mark)
register.simple_tag(default_note)
