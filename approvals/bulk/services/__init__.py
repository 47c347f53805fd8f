"""Bulk runs over cases and the take-over of older titles."""
