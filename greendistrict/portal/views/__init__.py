"""Pages of the portal; the error views are named here because settings and the root addresses ask for them here."""

from greendistrict.portal.views.errors import csrf_failure, page_not_found, permission_denied, server_error

__all__ = ["csrf_failure", "page_not_found", "permission_denied", "server_error"]
