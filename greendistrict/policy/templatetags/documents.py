"""What the portal says of documents that it has not received."""

from django import template

from greendistrict.policy import documents

register = template.Library()
register.simple_tag(documents.unread_guide)
