"""Sign-in, passwords, sessions, cookies and content security policy."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from greendistrict import env
from greendistrict.settings.base import PRODUCTION, SITE_URL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "greendistrict.accounts.backends.ActiveUserBackend"]
PASSWORD_HASHERS = ["greendistrict.accounts.hashers.Argon2InTurn"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "greendistrict.accounts.validators.CharacterClassValidator"},
    {"NAME": "greendistrict.signin.validators.UsedBeforeValidator"},
    {"NAME": "greendistrict.signin.validators.NamesValidator"},
]
# Passwords (signin): maximum age in days (0: unlimited); number of former passwords that are refused; forbidden words.
PASSWORD_DAYS = env.integer("GD_PASSWORD_DAYS", 90 if PRODUCTION else 0)
PASSWORD_CLASSES = env.integer("GD_PASSWORD_CLASSES", 3)  # kinds of characters required, of four; 0: any
PASSWORD_HISTORY = env.integer("GD_PASSWORD_HISTORY", 5)
PASSWORD_WORDS = env.words("GD_PASSWORD_WORDS", "shanghai,greendistrict,lvse,zhujianwei")
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "portal:workdesk"
LOGOUT_REDIRECT_URL = "portal:home"
SESSION_ENGINE = "greendistrict.signin.sessions"
SESSION_COOKIE_AGE = env.integer("GD_SESSION_SECONDS", 8 * 3600, minimum=60)
IDLE_MINUTES = env.integer("GD_IDLE_MINUTES", 30)  # without a request; 0: unlimited
IDLE_MINUTES_CITY = env.integer("GD_IDLE_MINUTES_CITY", 15 if PRODUCTION else 0)  # for the city and keepers; 0: as for everybody
SESSIONS_AT_ONCE = env.integer("GD_SESSIONS_AT_ONCE", 3 if PRODUCTION else 0)  # per person, the oldest ends; 0: unlimited
# Second factor (signin): groups that need one, of "city" and "keepers"; minutes for which a proof of identity is valid for acts that
# require one (0: none is required).
SECOND_FACTOR = env.words("GD_SECOND_FACTOR", "city,keepers" if PRODUCTION else "")
REASK_MINUTES = env.integer("GD_REASK_MINUTES", 15 if PRODUCTION else 0)
OTP_TOTP_ISSUER = "绿色生态城区平台"
# Wrong codes are counted in signin.factors by browser and address: the delay of django-otp counts by person, so whoever knows a password
# could double it for the owner with every wrong code.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_WEBAUTHN_HELPER_CLASS = "greendistrict.signin.passkeys.Helper"
OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER
OTP_WEBAUTHN_RP_ID = urlsplit(SITE_URL).hostname or "localhost"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [f"https://{urlsplit(SITE_URL).netloc}"]  # outside production the host of the request; see the helper
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
# Single sign-on by OpenID Connect (signin.provider), off without an issuer. OIDC_SECOND: acr or amr values that count as second factor.
OIDC_ISSUER = env.text("GD_OIDC_ISSUER", "").strip().rstrip("/")
OIDC_CLIENT_ID = env.text("GD_OIDC_CLIENT_ID", "").strip()
OIDC_CLIENT_SECRET = env.secret("GD_OIDC_CLIENT_SECRET", "")
OIDC_NAME = env.text("GD_OIDC_NAME", "统一身份认证")
OIDC_SCOPE = env.text("GD_OIDC_SCOPE", "openid profile")
OIDC_ACR_VALUES = env.text("GD_OIDC_ACR_VALUES", "").strip()
OIDC_SECOND = env.words("GD_OIDC_SECOND", "")
OIDC_SECONDS = 10  # timeout of the provider
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.frame.views.csrf_failure"
UNUSED_DAYS = env.integer("GD_UNUSED_DAYS", 90, minimum=0)
UNUSED_NOTICE_DAYS = env.integer("GD_UNUSED_NOTICE_DAYS", 14, minimum=1)
DELEGATION_DAYS = env.integer("GD_DELEGATION_DAYS", 90, minimum=1)
DELEGATE_ADVERSE = env.boolean("GD_DELEGATE_ADVERSE", default=False)
TWO_KEEPERS = env.words("GD_TWO_KEEPERS", "posts,factors,keepers" if PRODUCTION else "")  # acts of two keepers (accounts.proposals)
TOKEN_DAYS = env.integer("GD_TOKEN_DAYS", 90, minimum=1)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "greendistrict.signin.lockout.Handler"
AXES_USERNAME_CALLABLE = "greendistrict.signin.lockout.name_tried"
AXES_CLIENT_IP_CALLABLE = "greendistrict.signin.lockout.place_tried"
# Failures in 15 minutes after which only people known at the address may try (of a name, or from an address); see signin.lockout.
LOCK_NAME_FAILURES = env.integer("GD_LOCK_NAME_FAILURES", 15, minimum=5)
LOCK_ADDRESS_FAILURES = env.integer("GD_LOCK_ADDRESS_FAILURES", 20, minimum=5)
LOCK_SLOW_SECONDS = 2  # how long a stranger's password waits at an address above LOCK_ADDRESS_FAILURES
AXES_LOCKOUT_CALLABLE = "greendistrict.signin.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["old_password", "new_password1", "new_password2"]  # besides the field "password"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.boolean("GD_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # requested from inside, without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Browsers accept such a cookie over TLS only, for this host only and for all paths.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {"default-src": [SELF], "object-src": [NONE], "base-uri": [SELF], "form-action": [SELF], "frame-ancestors": [NONE]},
}
