"""Sign-in, passwords, sessions, cookies and what a browser may load."""

from csp.constants import NONE, SELF

from greendistrict import env
from greendistrict.settings.base import PRODUCTION

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "greendistrict.accounts.backends.ActiveUserBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "greendistrict.accounts.validators.CharacterClassValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "portal:workdesk"
LOGOUT_REDIRECT_URL = "portal:home"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.integer("GD_SESSION_SECONDS", 8 * 3600, minimum=60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.frame.views.csrf_failure"
DELEGATION_DAYS = env.integer("GD_DELEGATION_DAYS", 90, minimum=1)
DELEGATE_ADVERSE = env.boolean("GD_DELEGATE_ADVERSE", default=False)
TOKEN_DAYS = env.integer("GD_TOKEN_DAYS", 90, minimum=1)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "greendistrict.accounts.lockout.Handler"
AXES_USERNAME_CALLABLE = "greendistrict.accounts.lockout.name_tried"
AXES_CLIENT_IP_CALLABLE = "greendistrict.accounts.lockout.place_tried"
# Wrong passwords of the last 15 minutes beyond which only people known at the address (of the name) are heard; see accounts.lockout.
LOCK_NAME_FAILURES = env.integer("GD_LOCK_NAME_FAILURES", 15, minimum=5)
LOCK_ADDRESS_FAILURES = env.integer("GD_LOCK_ADDRESS_FAILURES", 20, minimum=5)
AXES_LOCKOUT_CALLABLE = "greendistrict.accounts.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["old_password", "new_password1", "new_password2"]  # besides the field "password"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.boolean("GD_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {"default-src": [SELF], "object-src": [NONE], "base-uri": [SELF], "form-action": [SELF], "frame-ancestors": [NONE]},
}
