"""Pages of the portal; the error views are named here because settings and the root addresses ask for them here."""

from portal.views.errors import bad_request, csrf_failure, page_not_found, permission_denied, server_error

__all__ = ["bad_request", "csrf_failure", "page_not_found", "permission_denied", "server_error"]
