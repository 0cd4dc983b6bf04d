"""The site's settings: one file, read from the environment (docs/operations.md lists the names)."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal import embedded, mail_providers
from portal.bucket import bucket
from portal.env import database_from_url, environment
from portal.state import folder, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = folder(environment.path("STATE_DIR", BASE_DIR / "var"))
PORT = environment.integer("PORT", 8000, least=1, most=65535)
SITE_URL = environment.origin("SITE_URL", f"http://localhost:{PORT}")
DEBUG = environment.boolean("DEBUG", False)
_site = urlsplit(SITE_URL)
_https = _site.scheme == "https"

# Whoever brings no database is on a bare machine: the embedded servers and a secret of its own serve them.
EMBEDDED_DATABASE = not environment.text("DATABASE_URL", "")
EMBEDDED_REDIS = not environment.text("REDIS_URL", "")

_secret = environment.text("SECRET_KEY", "")
if not _secret and not EMBEDDED_DATABASE:
    raise ImproperlyConfigured("SECRET_KEY is not set: give it 50 random characters and keep it to yourself.")
if _secret and _https and len(_secret) < 32:
    raise ImproperlyConfigured(
        "SECRET_KEY is too short for a site that others reach: give it 50 random characters."
    )
SECRET_KEY = _secret or kept_secret(STATE_DIR / "secret-key")
# What seals clients' stories and private notes: the first one seals, the others still open what they sealed.
SEAL_KEYS = environment.words("SEAL_KEYS", [])
if not SEAL_KEYS and not EMBEDDED_DATABASE:
    raise ImproperlyConfigured("SEAL_KEYS is not set: give it 50 letters and digits at random, apart from backups.")
if any(len(key) < 32 for key in SEAL_KEYS):
    raise ImproperlyConfigured("A key in SEAL_KEYS is too short: give each 50 random letters and digits.")
SEAL_KEYS = SEAL_KEYS or [kept_secret(STATE_DIR / "seal-key")]

ALLOWED_HOSTS = environment.hosts(
    "ALLOWED_HOSTS", sorted({_site.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail addresses are unique: a constraint on their lower case says so

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "accounts",
    "coaching",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "heroicons",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.static_files.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.headers.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "accounts.reader.ReaderHeaderMiddleware",
    "accounts.middleware.SignInSeenMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coaching.home.context.house",
            ],
            "builtins": ["template_partials.templatetags.partials", "portal.templatetags.look"],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------

_database = (
    embedded.database_settings(STATE_DIR)
    if EMBEDDED_DATABASE
    else database_from_url(environment.text("DATABASE_URL"))
)
_pool = environment.integer("DATABASE_POOL", 0, least=0, most=500)  # of a web process; others hold one connection
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **_database,
        "CONN_MAX_AGE": 0,  # a page takes a connection from the pool and gives it back (portal/asgi.py)
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": _pool, "timeout": 10} if _pool else False,
            # Pages ask the same again and again: planned once, that is a third quicker. Other processes may say
            # more in one statement than the 65,535 values that such a plan can take.
            "server_side_binding": bool(_pool),
            "prepare_threshold": 5 if _pool else None,
        },
    }
}

REDIS_URL = (
    embedded.redis_url(STATE_DIR)
    if EMBEDDED_REDIS
    else environment.url("REDIS_URL", "", schemes=("redis", "rediss", "unix"))
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # people whose sign-in expires give up: three months, revocable under Settings

# --- jobs (portal/celery.py holds the beat schedule) ----------------------------------------------

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": "portal:",
    # A page that wakes a worker does not wait for a dead broker (six seconds otherwise); workers reconnect as ever.
    "max_retries": 0,
    "interval_start": 0,
    "socket_connect_timeout": 2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- mail: everything becomes a Letter; the outbox alone talks to EMAIL_URL ------------------------

EMAIL_URL = environment.url("EMAIL_URL", "", schemes=("smtp", "smtps", "smtp+tls"))
EMAIL_BACKEND = "coaching.outbox.mail.OutboxBackend"
# Where the mail server's log can be asked about a letter, and what becomes of one in doubt where it cannot.
RELAY_LOG_URL = environment.url("RELAY_LOG_URL", "", schemes=("http", "https"))
UNCERTAIN_LETTERS = environment.one_of("UNCERTAIN_LETTERS", "hold", ("hold", "again"))
# The mail provider: it tells what became of letters and brings mail in. Its calls carry the secret, or are signed
# with the key.
MAIL_PROVIDER = environment.one_of(
    "MAIL_PROVIDER", mail_providers.NONE, (mail_providers.NONE, *mail_providers.NAMES)
)
ANYMAIL = mail_providers.anymail_settings(
    MAIL_PROVIDER, secret=environment.text("MAIL_SECRET", ""), key=environment.text("MAIL_KEY", "")
)
# The mailbox that answers go to; it must know plus addresses.
INBOUND_EMAIL = environment.address("INBOUND_EMAIL", "")
# The mail server whose Authentication-Results are believed, by the name that it writes into them.
INBOUND_SERVER = environment.text("INBOUND_SERVER", "")
DEFAULT_FROM_EMAIL = environment.sender("FROM_EMAIL", f"portal@{_site.hostname or 'localhost'}")

# What signs that we tell a phone something; another one makes every phone ask anew. Push services are on the open
# internet, and in these networks.
PUSH_KEY = environment.text("PUSH_KEY", "") or kept_secret(STATE_DIR / "push-key")
PUSH_NETWORKS = environment.networks("PUSH_NETWORKS")

# Other calendars are read from the open internet alone, and from these networks (a cloud of one's own, at home).
CALENDAR_NETWORKS = environment.networks("CALENDAR_NETWORKS")

# --- accounts -------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["coaching.people.coming_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "welcome"
ACCOUNT_ADAPTER = "coaching.people.coming_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "password1",
]  # nobody signs up, but the sign-in form takes its password from here
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "add_email": "accounts.forms.ChangeEmailForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks drift
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.ConfirmSecondStepForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # it writes on every page; accounts.middleware writes once an hour

# --- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
MEDIA_ROOT = STATE_DIR / "media"  # private: never mapped to a URL, each file is served by a view that asks first
MEDIA_MAX_BYTES = environment.integer("MEDIA_MAX_MB", 4096, least=1, most=65536) * 1024 * 1024
MEDIA_ACCEL = environment.text("MEDIA_ACCEL", "").rstrip("/")  # the proxy's internal location for X-Accel-Redirect
if MEDIA_ACCEL and not MEDIA_ACCEL.startswith("/"):
    raise ImproperlyConfigured("MEDIA_ACCEL must be a location of the proxy, like /private-media.")
FILE_UPLOAD_TEMP_DIR = folder(STATE_DIR / "uploads")
FILE_UPLOAD_HANDLERS = ["coaching.media.uploads.PrivateUploadHandler"]  # streamed to the disk, never in memory
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.static_files.StaticFilesStorage"},
}
_bucket = bucket(environment)  # finished recordings lie there instead; what is in the making is in MEDIA_ROOT
if _bucket:
    STORAGES["media"] = _bucket.storage
    MEDIA_ACCEL = ""
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- safety ---------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_media_from = [_bucket.origin] if _bucket else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_media_from],
        "media-src": [SELF, "blob:", *_media_from],
        "font-src": [SELF],
        "connect-src": [SELF, *_media_from],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
METRICS_TOKEN = environment.text("METRICS_TOKEN", "")  # without one, /metrics is not there
# How many proxies stand in front: their X-Forwarded-For is believed, nobody else's.
TRUSTED_PROXIES = environment.integer("TRUSTED_PROXIES", 0, least=0, most=5)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

LOG_LEVEL = environment.one_of("LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"secrets": {"()": "portal.logs.WithoutSecretAddresses"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
