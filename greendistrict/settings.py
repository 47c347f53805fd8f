"""Settings, read from the environment through ``greendistrict.env``; nothing here guesses in production."""

import sys
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue

from greendistrict import embedded, env

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = env.boolean("GD_PRODUCTION", default=False)
TESTING = "pytest" in sys.modules
DEBUG = env.boolean("GD_DEBUG", default=False)
VAR_DIR = Path(env.text("GD_VAR_DIR", str(BASE_DIR / "var")))

DATABASE_URL = env.secret("DATABASE_URL", "" if not PRODUCTION else None)
OWNER_DATABASE_URL = env.secret("GD_OWNER_DATABASE_URL", "")
REDIS_URL = env.secret("REDIS_URL", "" if not PRODUCTION else None)
if not (DATABASE_URL and REDIS_URL):
    # `manage.py embedded stop` must not start what it is to stop.
    # A receipt is checked with nothing but the file and the key, a report with the file and the certificates.
    _find = (
        embedded.addresses if sys.argv[1:2] in (["embedded"], ["verify_receipt"], ["verify_report"], ["verify_backup"]) else embedded.ensure
    )
    _servers = _find(database=not DATABASE_URL, cache=not REDIS_URL)
    OWNER_DATABASE_URL = OWNER_DATABASE_URL or ("" if DATABASE_URL else _servers.owner_url)
    DATABASE_URL = DATABASE_URL or _servers.database_url
    REDIS_URL = REDIS_URL or _servers.redis_url

SECRET_KEY = env.secret("SECRET_KEY", None if PRODUCTION else "local-development-and-demo-only-key-never-for-production")
RECEIPT_KEY = env.secret("GD_RECEIPT_KEY", None if PRODUCTION else "")
RECEIPT_KEY_PATH = VAR_DIR / "receipt-key"
# Signature of PDFs (reports/signing): a PKCS#12 file, or a module with token and certificate; trusted certificates; timestamps; revocation.
SIGNING_P12 = env.text("GD_SIGNING_P12", "")
SIGNING_PKCS11 = env.text("GD_SIGNING_PKCS11", "")
SIGNING_TOKEN = env.text("GD_SIGNING_TOKEN", "")
SIGNING_CERTIFICATE = env.text("GD_SIGNING_CERTIFICATE", "")
SIGNING_PASSWORD = env.secret("GD_SIGNING_PASSWORD", "")
SIGNING_ROOTS = env.words("GD_SIGNING_ROOTS")
SIGNING_DEMO_PATH = VAR_DIR / "signing-demo.p12"  # made where no key is given, never in production
TIMESTAMP_URL = env.text("GD_TIMESTAMP_URL", "")
REVOCATION_CHECKED = env.boolean("GD_REVOCATION_CHECKED", default=True)
TLS_CERTIFICATE = env.text("GD_TLS_CERTIFICATE", "")  # a PEM file of what the gateway serves, for its last day alone
ANCHOR_DIR = Path(env.text("GD_ANCHOR_DIR", str(VAR_DIR / "anchors")))
# Backups (portal/backup): where the nightly one goes, none without; the age public key they are encrypted for; for how many days they stay.
BACKUP_DIR = env.text("GD_BACKUP_DIR", "")
BACKUP_RECIPIENT = env.text("GD_BACKUP_RECIPIENT", "").strip()
BACKUP_DAYS = env.integer("GD_BACKUP_DAYS", 14, minimum=1)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver" if not PRODUCTION else None)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Who may say which address and scheme a request came with; "none" where browsers reach the web server directly.
TRUSTED_PROXIES = env.networks("GD_TRUSTED_PROXIES", "" if not PRODUCTION else None)
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "rest_framework.authtoken",
    "greendistrict.core",
    "greendistrict.audit",
    "greendistrict.accounts",
    "greendistrict.policy",
    "greendistrict.workflow",
    "greendistrict.notifications",
    "greendistrict.documents",
    "indicators",
    "districts",
    "assessments",
    "approvals",
    "obligations",
    "reports",
    "portal",
]
if not PRODUCTION:
    INSTALLED_APPS.append("tools")  # the demo and the bench

MIDDLEWARE = [
    "greendistrict.core.proxies.TrustedProxyMiddleware",
    "greendistrict.core.middleware.RequestIdMiddleware",
    "greendistrict.core.middleware.PlainCookiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.frame.middleware.PrivateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a view for everybody says ``login_not_required``
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "greendistrict.accounts.middleware.WayBackMiddleware",
    "portal.public.middleware.CheckedFileMiddleware",  # before the first that reads a form
    "greendistrict.core.middleware.UnstorableTextMiddleware",
    "greendistrict.core.middleware.WrongMethodMiddleware",
    "portal.frame.middleware.RoomsMiddleware",
    "greendistrict.core.middleware.RefusalMiddleware",
    "greendistrict.documents.rollback.WrittenFilesMiddleware",
    "greendistrict.documents.middleware.KeptFilesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.root_urls"
WSGI_APPLICATION = "greendistrict.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["greendistrict.core.loader.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.frame.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "greendistrict.core.forms.BootstrapRenderer"

# Tables belong to an owner, who migrates and makes test databases; the portal itself only reads and writes rows (core/rights.py).
OWNER_DATABASE_URL = OWNER_DATABASE_URL or DATABASE_URL
AS_OWNER = TESTING or sys.argv[1:2] in (["migrate"], ["restore"], ["demo_renew"])
APP_DATABASE = env.database(DATABASE_URL)
DATABASES = {"default": env.database(OWNER_DATABASE_URL if AS_OWNER else DATABASE_URL)}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A pooled connection is asked before it is handed out: after a restart of PostgreSQL no request meets a dead one.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {"NAME": env.text("GD_TEST_DATABASE", "test_greendistrict")}
# Tests share one Redis with the demo and with each other: every test process has queues and cache keys of its own.
_TEST_PREFIX = f"{DATABASES['default']['TEST']['NAME']}-{env.text('PYTEST_XDIST_WORKER', 'main')}" if TESTING else ""
# A pool belongs to the threaded web server; a Celery prefork parent would share it with its children.
if env.boolean("GD_DATABASE_POOL", default=False):
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": env.integer("GD_POOL_SIZE", 8, minimum=1)}
if TESTING:  # a test database need not survive a power cut
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "greendistrict.core.cache.DegradingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.text("GD_CACHE_PREFIX", _TEST_PREFIX or "gd"),
    },
}

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
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the container from inside, without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {"default-src": [SELF], "object-src": [NONE], "base-uri": [SELF], "form-action": [SELF], "frame-ancestors": [NONE]},
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "Y年n月j日"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "greendistrict.documents.storage.WholeFileStorage"},
    # Collected by whoever builds, read by whoever serves: FILE_UPLOAD_PERMISSIONS is not meant for them.
    "staticfiles": {
        "BACKEND": _MANIFEST if PRODUCTION else _PLAIN,
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = Path(env.text("GD_MEDIA_DIR", str(VAR_DIR / "media")))
MEDIA_URL = "media-is-served-by-permission-checked-views/"
FILE_UPLOAD_PERMISSIONS = 0o600
GD_UPLOAD_MAX_BYTES = env.integer("GD_UPLOAD_MAX_BYTES", 50 * 1024 * 1024, minimum=1)
# LibreOffice, which makes PDFs of Word and Excel files for the viewer; empty, or a name that is not on the path, for none.
OFFICE_PROGRAM = env.program("GD_OFFICE_PROGRAM", "" if TESTING else "soffice")
IMPORT_AT_ONCE_BYTES = env.integer("GD_IMPORT_AT_ONCE_KB", 200, minimum=0) * 1024  # larger workbooks of lists are read by the worker
OFFICE_SECONDS = env.integer("GD_OFFICE_SECONDS", 120, minimum=1)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, minimum=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = env.integer("GD_SEND_SECONDS", 20, minimum=1)  # for the mail relay as for the gateways of SMS and 政务微信
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "greendistrict@localhost")

# Gateways of SMS (Alibaba Cloud) and 政务微信; without an address a channel is not connected and not offered.
SMS_URL = env.text("GD_SMS_URL", "")
SMS_KEY_ID = env.text("GD_SMS_KEY_ID", "")
SMS_KEY_SECRET = env.secret("GD_SMS_KEY_SECRET", "")
SMS_SIGN_NAME = env.text("GD_SMS_SIGN_NAME", "")
SMS_TEMPLATE = env.text("GD_SMS_TEMPLATE", "")
SMS_NEWS_TEMPLATE = env.text("GD_SMS_NEWS_TEMPLATE", "")
WECOM_URL = env.text("GD_WECOM_URL", "")
WECOM_CORP = env.text("GD_WECOM_CORP", "")
WECOM_SECRET = env.secret("GD_WECOM_SECRET", "")
WECOM_AGENT = env.integer("GD_WECOM_AGENT", 0)

# kombu names a socket differently from redis-py.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": env.text("GD_QUEUE_PREFIX", f"{_TEST_PREFIX}:" if TESTING else ""),
    # A page that publishes waits no longer than this for a Redis that is away; the worker's own reads may take longer.
    "socket_connect_timeout": 1,
    "socket_timeout": env.integer("GD_BROKER_SECONDS", 2, minimum=1),
    "retry_on_timeout": False,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes; under a running task by core/broker.py
CELERY_TASK_PUBLISH_RETRY = False  # the outbox keeps the job and tries again
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name) for name in ("default", "mail", "reports", "imports", "maintenance", "office")]
CELERY_TASK_ROUTES = {
    "reports.tasks.make_report": {"queue": "reports"},  # what looks after the reports does not wait behind them
    "greendistrict.workflow.tasks.drain_mail": {"queue": "mail"},
    "*.tasks.import_*": {"queue": "imports"},
    "greendistrict.documents.tasks.make_copy": {"queue": "office"},  # minutes of a foreign program
    "greendistrict.documents.tasks.*": {"queue": "maintenance"},
    "reports.tasks.expire_zips": {"queue": "maintenance"},
    "portal.tasks.make_backup": {"queue": "maintenance"},
    "portal.tasks.check_data": {"queue": "maintenance"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a job is not kept waiting behind a long one while another worker is free
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 1770, 1800  # less than the time after which Redis hands a job out again
_LONG = {"soft_time_limit": 3300, "time_limit": 3420}  # as long as may be
_SHORT = {"soft_time_limit": 240, "time_limit": 300}
CELERY_TASK_ANNOTATIONS = {
    "greendistrict.workflow.tasks.drain_outbox": _SHORT,
    "greendistrict.workflow.tasks.drain_mail": _SHORT,
    "greendistrict.audit.tasks.seal": _SHORT,
    "reports.tasks.requeue_lost": _SHORT,
    "portal.tasks.make_backup": _LONG,
    "portal.tasks.check_data": _LONG,
    "greendistrict.documents.tasks.make_copy": {"soft_time_limit": OFFICE_SECONDS + 60, "time_limit": OFFICE_SECONDS + 120},
}
OUTBOX_ATTEMPTS = env.integer("GD_OUTBOX_ATTEMPTS", 24, minimum=1)  # about three and a half days, so that a weekend passes
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
REPORT_LEASE_SECONDS = env.integer("GD_LEASE_SECONDS", 30, minimum=3)  # see reports/jobs/lease.py
EXPORT_DAYS = env.integer("GD_EXPORT_DAYS", 30, minimum=1)  # the zip of a batch is kept so long
_EVERY = env.integer("GD_DAILY_SECONDS", 0)  # trials do not wait for the morning
_SWEEP = env.integer("GD_OUTBOX_SECONDS", 10, minimum=1)
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-drain": {"task": "greendistrict.workflow.tasks.drain_outbox", "schedule": _SWEEP},
    "mail-drain": {"task": "greendistrict.workflow.tasks.drain_mail", "schedule": _SWEEP},
    # Every hour: the settings say which hours are quiet.
    "reminder-sweep": {"task": "obligations.tasks.sweep", "schedule": _EVERY or crontab(minute="5")},
    "open-stage-assessments": {"task": "assessments.tasks.open_stage_assessments", "schedule": _EVERY or crontab(minute="55", hour="5")},
    "open-yearly-reports": {"task": "assessments.tasks.open_yearly_reports", "schedule": _EVERY or crontab(minute="45", hour="5")},
    "sweep-uploads": {"task": "greendistrict.documents.tasks.sweep_uploads", "schedule": _EVERY or crontab(minute="20", hour="3")},
    "sweep-files": {"task": "greendistrict.documents.tasks.sweep_files", "schedule": crontab(minute="40", hour="3", day_of_week="0")},
    "check-file-owners": {"task": "greendistrict.documents.tasks.check_file_owners", "schedule": _EVERY or crontab(minute="30", hour="3")},
    "open-self-checks": {"task": "assessments.tasks.open_self_checks", "schedule": _EVERY or crontab(minute="50", hour="5")},
    "lapse-invitations": {"task": "assessments.tasks.lapse_invitations", "schedule": _EVERY or crontab(minute="45", hour="5")},
    "expire-zips": {"task": "reports.tasks.expire_zips", "schedule": _EVERY or crontab(minute="25", hour="3")},
    "yearly-reports": {"task": "reports.tasks.ask_for_yearly", "schedule": _EVERY or crontab(minute="15", hour="6")},
    "prepare-closings": {"task": "reports.tasks.prepare_closings", "schedule": _EVERY or crontab(minute="10", hour="0")},
    "sweep-imports": {"task": "districts.tasks.sweep_imports", "schedule": _EVERY or crontab(minute="*/10")},
    "report-requeue": {"task": "reports.tasks.requeue_lost", "schedule": REPORT_LEASE_SECONDS / 2},
    "collect-names": {"task": "portal.tasks.collect_names", "schedule": _EVERY or crontab(minute="*/5")},
    "check-data": {"task": "portal.tasks.check_data", "schedule": crontab(minute="0", hour="4")},
    "audit-seal": {"task": "greendistrict.audit.tasks.seal", "schedule": 60},
}
if BACKUP_DIR:
    CELERY_BEAT_SCHEDULE["nightly-backup"] = {"task": "portal.tasks.make_backup", "schedule": _EVERY or crontab(minute="0", hour="2")}
for _job in CELERY_BEAT_SCHEDULE.values():
    if isinstance(_job["schedule"], int | float):  # the next one comes soon: while no worker runs they do not pile up
        _job["options"] = {"expires": max(_job["schedule"], 30)}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.auth.DigestTokenAuthentication", "portal.api.auth.PageSessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend", "rest_framework.filters.OrderingFilter"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "绿色生态城区全生命周期管理平台 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Footer of a government site: the owner fills these in; an empty one is not shown.
SITE_FOOTER = {
    "主办单位": env.text("GD_FOOTER_OWNER", ""),
    "技术支持": env.text("GD_FOOTER_SUPPORT", ""),
    "联系电话": env.text("GD_FOOTER_PHONE", ""),
    "政府网站标识码": env.text("GD_FOOTER_SITE_CODE", ""),
    "ICP备案": env.text("GD_FOOTER_ICP", ""),
    "公安备案": env.text("GD_FOOTER_POLICE", ""),
}
# Whom the guide names for questions: the office in charge and the technical support; an empty line is not shown.
CONTACT_OFFICE = {
    "处室": env.text("GD_CONTACT_OFFICE", ""),
    "电话": env.text("GD_CONTACT_PHONE", ""),
    "邮箱": env.text("GD_CONTACT_MAIL", ""),
    "地址": env.text("GD_CONTACT_ADDRESS", ""),
    "工作时间": env.text("GD_CONTACT_HOURS", ""),
}
CONTACT_SUPPORT = {
    "单位": SITE_FOOTER["技术支持"],
    "电话": env.text("GD_SUPPORT_PHONE", ""),
    "邮箱": env.text("GD_SUPPORT_MAIL", ""),
    "服务时间": env.text("GD_SUPPORT_HOURS", ""),
}
CLOCK_FILE = env.text("GD_CLOCK_FILE", "")
REPORT_FONTS = env.words("GD_REPORT_FONTS")
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "greendistrict.core.logs.formatter", "machine_readable": PRODUCTION}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    # Warnings are meant for the operator; the libraries' steps (INFO) are not.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "weasyprint.progress", "fontTools", "pikepdf", "bagit")},
    "root": {"handlers": ["console"], "level": env.text("GD_LOG_LEVEL", "WARNING" if TESTING else "INFO")},
}
