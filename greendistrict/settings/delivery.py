"""Mail, SMS and 政务微信."""

from greendistrict import env
from greendistrict.settings.base import VAR_DIR

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, minimum=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "")
EMAIL_TIMEOUT = env.integer("GD_SEND_SECONDS", 20, minimum=1)  # for the mail server and the gateways of SMS and 政务微信
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "greendistrict@localhost")

# Gateways of SMS (Alibaba Cloud) and 政务微信; a channel without an address is not offered.
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

# Webhooks: allowed hosts of internal networks, a file of certificate authorities used instead of the system's, timeout of one attempt.
WEBHOOK_HOSTS = env.words("GD_WEBHOOK_HOSTS")
WEBHOOK_CA = env.text("GD_WEBHOOK_CA", "")
WEBHOOK_SECONDS = env.integer("GD_WEBHOOK_SECONDS", 10, minimum=1)
