"""Static files, uploaded files and their limits."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from greendistrict import env
from greendistrict.settings.base import BASE_DIR, PRODUCTION, TESTING, VAR_DIR

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
# An S3-compatible object storage, used instead of the folder if a bucket is set.
S3_BUCKET = "" if TESTING else env.text("GD_S3_BUCKET", "")
_OBJECTS = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env.text("GD_S3_ENDPOINT", "") or None,
    "region_name": env.text("GD_S3_REGION", "") or None,
    "access_key": env.text("GD_S3_KEY_ID", "") or None,
    "secret_key": env.secret("GD_S3_KEY_SECRET", "") or None,
    "location": env.text("GD_S3_FOLDER", ""),
}
STORAGES = {
    "default": {"BACKEND": "greendistrict.documents.object_storage.ObjectStorage", "OPTIONS": _OBJECTS}
    if S3_BUCKET
    else {"BACKEND": "greendistrict.documents.storage.WholeFileStorage"},
    # Static files may be built by one user and served by another, so FILE_UPLOAD_PERMISSIONS must not apply to them.
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
BODY_STORAGE_GB = env.integer("GD_BODY_STORAGE_GB", 20 if PRODUCTION else 0, minimum=0)  # per organisation; 0: unlimited
# LibreOffice, which converts Word and Excel files to PDF for the viewer; empty or not on the PATH: none.
OFFICE_PROGRAM = env.program("GD_OFFICE_PROGRAM", "" if TESTING else "soffice")
# Where a process without network, secrets and files of ours runs that program; empty: the worker runs it itself.
OFFICE_CONVERTER = "" if TESTING else env.address("GD_OFFICE_CONVERTER")
IMPORT_AT_ONCE_BYTES = env.integer("GD_IMPORT_AT_ONCE_KB", 200, minimum=0) * 1024  # larger workbooks of lists are read by the worker
OFFICE_SECONDS = env.integer("GD_OFFICE_SECONDS", 120, minimum=1)
# The office's own converter, a program or an http address, that makes OFD of finished PDFs; empty: none. Tests set their own.
OFD_CONVERTER = "" if TESTING else env.program_or_url("GD_OFD_CONVERTER")
OFD_SECONDS = env.integer("GD_OFD_SECONDS", 120, minimum=1)
# If the web server in front sends files (X-Accel-Redirect): the prefix of its internal location, such as /stored/.
ACCEL_PREFIX = env.text("GD_ACCEL_PREFIX", "")
if ACCEL_PREFIX and not (ACCEL_PREFIX.startswith("/") and ACCEL_PREFIX.endswith("/") and len(ACCEL_PREFIX) > 1):
    msg = f"environment variable GD_ACCEL_PREFIX: {ACCEL_PREFIX!r} is no folder such as /stored/"
    raise ImproperlyConfigured(msg)
if ACCEL_PREFIX and S3_BUCKET:
    msg = "environment variable GD_ACCEL_PREFIX: the web server in front has no folder of files where GD_S3_BUCKET is set"
    raise ImproperlyConfigured(msg)
# clamd, the virus scanner for uploaded files; empty: none. Tests set their own.
CLAMD = "" if TESTING else env.address("GD_CLAMD")
WITHOUT_CLAMD = env.text("GD_WITHOUT_CLAMD", "").strip()  # why none is used: a decision that check --deploy asks for
CLAMD_SECONDS = env.integer("GD_CLAMD_SECONDS", 120, minimum=1)  # timeout per step
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 400  # more than fields take (``documents.forms.MOST_AT_ONCE``), which say so beside what was typed
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
