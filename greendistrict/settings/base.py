"""URLs and keys, apps, pages, database, cache, language and logs."""

import gc
import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from greendistrict import embedded, env
from greendistrict.postgres.waits import answering

gc.disable()  # until the models are loaded (``greendistrict.core.apps``), because loaded modules are never collected

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PRODUCTION = env.boolean("GD_PRODUCTION", default=False)
TESTING = "pytest" in sys.modules
DEBUG = env.boolean("GD_DEBUG", default=False)
TRAINING = env.boolean("GD_TRAINING", default=False)  # a second installation for training, marked on every page; not for production
VAR_DIR = Path(env.text("GD_VAR_DIR", str(BASE_DIR / "var")))

# Passwords may be kept apart from the addresses that they belong to.
DATABASE_URL = env.with_password(env.secret("DATABASE_URL", "" if not PRODUCTION else None), env.secret("GD_DATABASE_PASSWORD", ""))
OWNER_DATABASE_URL = env.with_password(env.secret("GD_OWNER_DATABASE_URL", ""), env.secret("GD_OWNER_DATABASE_PASSWORD", ""))
REDIS_URL = env.with_password(env.secret("REDIS_URL", "" if not PRODUCTION else None), env.secret("GD_REDIS_PASSWORD", ""))
# If REDIS_URL names sentinels: who they are, and their own password.
REDIS_SENTINELS = env.sentinels(REDIS_URL)
SENTINEL_PASSWORD = env.secret("GD_SENTINEL_PASSWORD", "")
if not (DATABASE_URL and REDIS_URL):
    # `manage.py embedded stop` must not start the servers it is to stop.
    # Receipts and backups are verified with the file and the key only, reports with the file and the certificates,
    # and an inventory is computed from its file.
    _without = ("embedded", "verify_receipt", "verify_report", "verify_backup", "carbon_inventory")
    _find = embedded.addresses if "".join(sys.argv[1:2]) in _without else embedded.ensure
    _servers = _find(database=not DATABASE_URL, cache=not REDIS_URL)
    OWNER_DATABASE_URL = OWNER_DATABASE_URL or ("" if DATABASE_URL else _servers.owner_url)
    DATABASE_URL = DATABASE_URL or _servers.database_url
    REDIS_URL = REDIS_URL or _servers.redis_url

SECRET_KEY = env.secret("SECRET_KEY", None if PRODUCTION else "local-development-and-demo-only-key-never-for-production")
RECEIPT_KEY = env.secret("GD_RECEIPT_KEY", None if PRODUCTION else "")
# Public keys (PEM file) that signed receipts, anchors and backups before GD_RECEIPT_KEY was changed; they stay provable.
RECEIPT_FORMER_KEYS = env.text("GD_RECEIPT_FORMER_KEYS", "")
# Keys of encrypted fields (core/encrypted.py), the first encrypts; without any, a key derived from SECRET_KEY is used.
FIELD_KEY = env.secret("GD_FIELD_KEY", "")
RECEIPT_KEY_PATH = VAR_DIR / "receipt-key"
# Signature of PDFs (reports/signing): a PKCS#12 file, or a PKCS#11 module with token and certificate; roots; timestamps; revocation.
SIGNING_P12 = env.text("GD_SIGNING_P12", "")
SIGNING_PKCS11 = env.text("GD_SIGNING_PKCS11", "")
SIGNING_TOKEN = env.text("GD_SIGNING_TOKEN", "")
SIGNING_CERTIFICATE = env.text("GD_SIGNING_CERTIFICATE", "")
SIGNING_PASSWORD = env.secret("GD_SIGNING_PASSWORD", "")
SIGNING_ROOTS = env.words("GD_SIGNING_ROOTS")
SIGNING_DEMO_PATH = VAR_DIR / "signing-demo.p12"  # created if no key is given, never in production
TIMESTAMP_URL = env.text("GD_TIMESTAMP_URL", "")
REVOCATION_CHECKED = env.boolean("GD_REVOCATION_CHECKED", default=True)
TLS_CERTIFICATE = env.text("GD_TLS_CERTIFICATE", "")  # PEM file of the gateway's certificate, only to show its expiry
ANCHOR_DIR = Path(env.text("GD_ANCHOR_DIR", str(VAR_DIR / "anchors")))
# Days after which records of sign-ins, reading and refusals leave the table (audit/archiving.py), and the folder of their archive.
AUDIT_DAYS = env.integer("GD_AUDIT_DAYS", 1095, minimum=180)
AUDIT_ARCHIVE_DIR = Path(env.text("GD_AUDIT_ARCHIVE_DIR", str(VAR_DIR / "audit-archive")))
# Refusals of one person, or refused sign-ins from one address, per hour, that alarm the audit keeper; 0: never.
AUDIT_ALARM_REFUSALS = env.integer("GD_AUDIT_ALARM_REFUSALS", 50)
AUDIT_ALARM_KEEPERS = env.boolean("GD_AUDIT_ALARM_KEEPERS", default=True)  # alarm the audit keeper about acts of keepers
# Backups (portal/backup): folder of the nightly one (empty: none); age public key that encrypts them; retention in days.
BACKUP_DIR = env.text("GD_BACKUP_DIR", "")
BACKUP_RECIPIENT = env.text("GD_BACKUP_RECIPIENT", "").strip()
BACKUP_DAYS = env.integer("GD_BACKUP_DAYS", 14, minimum=1)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver" if not PRODUCTION else None)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Proxies whose headers for address and scheme are trusted; "none" if browsers reach the web server directly.
TRUSTED_PROXIES = env.networks("GD_TRUSTED_PROXIES", "" if not PRODUCTION else None)
# Networks and token that may read /metrics; nobody if both are empty.
METRICS_NETWORKS = env.networks("GD_METRICS_NETWORKS")
METRICS_TOKEN = env.secret("GD_METRICS_TOKEN", "")
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
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "drf_spectacular",
    "rest_framework",
    "rest_framework.authtoken",
    "greendistrict.core",
    "greendistrict.audit",
    "greendistrict.accounts",
    "greendistrict.signin",
    "greendistrict.policy",
    "greendistrict.workflow",
    "greendistrict.notifications",
    "greendistrict.documents",
    "indicators",
    "districts",
    "assessments",
    "approvals",
    "carbon",
    "operation",
    "outreach",
    "beautiful",
    "obligations",
    "reports",
    "portal",
]
if not PRODUCTION:
    INSTALLED_APPS.append("tools")  # demo and benchmark

MIDDLEWARE = [
    "greendistrict.core.proxies.TrustedProxyMiddleware",
    "greendistrict.core.middleware.RequestIdMiddleware",
    "greendistrict.core.access.AccessMiddleware",
    "greendistrict.core.middleware.LockWaitMiddleware",
    "greendistrict.core.middleware.HeldReadsMiddleware",
    "greendistrict.core.middleware.PlainCookiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.open_data.middleware.OpenToAllMiddleware",
    "portal.frame.middleware.PrivateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "greendistrict.signin.middleware.LimitedSessionMiddleware",
    "portal.audit_log.middleware.AccessRecordMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # public pages: ``Feature.public``
    "greendistrict.signin.middleware.DemandMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.personal.middleware.NoticeMiddleware",
    "greendistrict.accounts.middleware.WayBackMiddleware",
    "portal.public.middleware.CheckedFileMiddleware",  # before any middleware that reads the form
    "greendistrict.core.middleware.UnstorableTextMiddleware",
    "greendistrict.core.middleware.WrongMethodMiddleware",
    "portal.frame.middleware.RoomsMiddleware",
    "portal.frame.middleware.ReaskMiddleware",
    "portal.frame.turns.TurnsMiddleware",
    "greendistrict.core.middleware.RefusalMiddleware",
    "greendistrict.documents.blobs.WrittenFilesMiddleware",
    "greendistrict.documents.middleware.KeptFilesMiddleware",
    "greendistrict.documents.middleware.LostFilesMiddleware",
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
                "portal.desk.views.shell",
            ],
        },
    },
]
FORM_RENDERER = "greendistrict.core.forms.BootstrapRenderer"

# Tables belong to an owner role, which migrates and creates test databases; the portal only reads and writes rows (core/rights.py).
OWNER_DATABASE_URL = OWNER_DATABASE_URL or DATABASE_URL
AS_OWNER = TESTING or sys.argv[1:2] in (["migrate"], ["restore"], ["demo_renew"], ["archive_audit"])
APP_DATABASE = env.database(DATABASE_URL)
DATABASES = {"default": env.database(OWNER_DATABASE_URL if AS_OWNER else DATABASE_URL)}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A pooled connection is checked before use, so that no request fails after a restart of PostgreSQL.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {"NAME": env.text("GD_TEST_DATABASE", "test_greendistrict")}
# Tests share one Redis with the demo and with each other: each test process has its own queues and cache keys.
TEST_PREFIX = f"{DATABASES['default']['TEST']['NAME']}-{env.text('PYTEST_XDIST_WORKER', 'main')}" if TESTING else ""
DATABASE_POOLER = env.boolean("GD_DATABASE_POOLER", default=False)  # PgBouncer in front, which takes neither start-up options nor cursors
# Only for the threaded web server: a Celery parent would share the pool with its children. Behind PgBouncer that is the pool.
POOLED = env.boolean("GD_DATABASE_POOL", default=False) and not DATABASE_POOLER
POOL_SIZE = env.integer("GD_POOL_SIZE", 8, minimum=1)
WEB_THREADS = env.integer("GD_WEB_THREADS", 4, minimum=1)  # of each of GD_WEB_WORKERS processes (gunicorn.conf.py)
if POOLED and POOL_SIZE < WEB_THREADS:
    msg = f"GD_POOL_SIZE ({POOL_SIZE}) is below GD_WEB_THREADS ({WEB_THREADS}): some threads would have no connection to the database"
    raise ImproperlyConfigured(msg)
# Longest waits, in seconds, of what answers people and of what works behind them; 0: without end, as changes of tables and copies need.
_PAGES = POOLED or sys.argv[1:2] == ["runserver"] or "gunicorn.arbiter" in sys.modules
_ENDLESS = AS_OWNER and not TESTING
STATEMENT_SECONDS = 0 if _ENDLESS else env.integer("GD_STATEMENT_SECONDS", 30 if _PAGES else 1800)
LOCK_SECONDS = env.integer("GD_LOCK_SECONDS", 10 if _PAGES else 60)
IDLE_SECONDS = 0 if _ENDLESS else env.integer("GD_IDLE_TRANSACTION_SECONDS", 60 if _PAGES else 900)
READING_LOCK_MILLISECONDS = 1500 if _PAGES else 0  # pages that only read wait for no row, but for a table that a migration changes
MIGRATE_LOCK_SECONDS = env.integer("GD_MIGRATE_LOCK_SECONDS", 3, minimum=1)  # and for how long others pass before the next attempt
MIGRATE_ATTEMPTS = env.integer("GD_MIGRATE_ATTEMPTS", 20, minimum=1)
DATABASES["default"] |= {"ENGINE": "greendistrict.postgres", "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLER}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": env.integer("GD_CONNECT_SECONDS", 2, minimum=2),
    "tcp_user_timeout": 5000,  # milliseconds without an answer of the other machine
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    **DATABASES["default"].get("OPTIONS", {}),
}
_bounds = {
    "statement_timeout": STATEMENT_SECONDS * 1000,
    "lock_timeout": READING_LOCK_MILLISECONDS or LOCK_SECONDS * 1000,
    "idle_in_transaction_session_timeout": IDLE_SECONDS * 1000,
}
if TESTING:  # a test database need not survive a power failure
    _bounds["synchronous_commit"] = 0
if not DATABASE_POOLER:
    _said = [os.environ.get("PGOPTIONS", ""), *(f"-c {name}={value}" for name, value in _bounds.items())]
    DATABASES["default"]["OPTIONS"]["options"] = " ".join(_said).strip()
if POOLED:  # an attempt to connect is not repeated by the pool: the next request makes one
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": POOL_SIZE,
        "timeout": 1.0,
        "reconnect_timeout": 0.0,
        "reconnect_failed": answering.failed,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "greendistrict.core.cache.DegradingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.text("GD_CACHE_PREFIX", TEST_PREFIX or "gd"),
    },
}

# Cache time of public pages for visitors; tests always read stored data.
PUBLIC_CACHE_SECONDS = env.integer("GD_PUBLIC_CACHE_SECONDS", 0 if TESTING else 30)

# Daily limits of public opinions and of sign-ups for events, and the limit of opinions on one notice.
OPINIONS_A_DAY = env.integer("GD_OPINIONS_A_DAY", 200)
SIGN_UPS_A_DAY = env.integer("GD_SIGN_UPS_A_DAY", 200)
OPINIONS_A_NOTICE = env.integer("GD_OPINIONS_A_NOTICE", 50)
# Daily limit of requests for information.
DISCLOSURES_A_DAY = env.integer("GD_DISCLOSURES_A_DAY", 100)

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "Y年n月j日"

CLOCK_FILE = env.text("GD_CLOCK_FILE", "")
REPORT_FONTS = env.words("GD_REPORT_FONTS")
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "greendistrict.core.logs.formatter", "machine_readable": PRODUCTION}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    # Warnings are for the operator; the libraries' progress messages (INFO) are not.
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "weasyprint.progress", "fontTools", "pikepdf", "bagit")},
    "root": {"handlers": ["console"], "level": env.text("GD_LOG_LEVEL", "WARNING" if TESTING else "INFO")},
}
