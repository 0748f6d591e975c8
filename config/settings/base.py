"""Settings shared by every way of running Pear; what differs between machines comes from the environment."""

import os
from typing import Any
from urllib.parse import urlsplit

from config.email_url import anymail_settings, provider_of
from config.env import BASE_DIR, allowed_hosts, data_dir, env, is_local, secret_key, site_url
from config.settings.keys import *
from config.settings.languages import *
from config.settings.log import *
from config.settings.push import *
from config.settings.sending import *
from config.settings.signin import *

DATA_DIR = data_dir()
DEBUG = False
PORT = env.int("PORT", default=8000)
LISTEN_HOST = env.str("LISTEN_HOST", default="127.0.0.1")
SITE_URL = site_url(PORT)
SITE_IS_HTTPS, SITE_IS_LOCAL = SITE_URL.startswith("https://"), is_local(SITE_URL)
SECRET_KEY = secret_key(DATA_DIR, site=SITE_URL)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = allowed_hosts(SITE_URL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "accounts",
    "scheduler",
]

MIDDLEWARE = [
    "config.requests.RequestMiddleware",
    "scheduler.web.feed.FeedMiddleware",  # answers calendar clients before sessions, sign-in and locale work
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer at random: its length tells nothing (BREACH)
    "config.middleware.PrivateResponseMiddleware",
    "config.middleware.BodySizeMiddleware",
    "scheduler.web.probes.ProbeMiddleware",
    "config.middleware.DatabaseBusyMiddleware",
    "config.errors.WrongMethodMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.QuickExitMiddleware",
    "accounts.middleware.SignedOutMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInFirstMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "accounts.middleware.PersonalSettingsMiddleware",
    "scheduler.web.agreement.AgreementMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.signin.guard.SessionGuardMiddleware",
    "accounts.middleware.InvalidFormMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Databases: PostgreSQL by DATABASE_URL, else SQLite in the data folder.
# SQLite: IMMEDIATE takes the write lock first, so that no transaction fails half way as "locked"; FULL, because a
# power cut must not bring back a time that somebody was told is free; secure_delete, so that deleted text is gone.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'pear.sqlite3'}")}
DATABASE_IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if DATABASE_IS_SQLITE:
    DATABASES["default"] |= {
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA secure_delete=ON;PRAGMA journal_size_limit=8388608;"
            ),
        },
    }
else:
    DATABASES["default"] |= {
        "ENGINE": "config.postgresql",
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=5), "timeout": 5},
            "prepare_threshold": 0,  # only for cursors that ask for it: Django's own never prepare
            "keepalives_idle": 60,  # a server that vanished without a word is noticed while nobody waits for it
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The cache holds rate limits only. It lives in the database, so that losing Redis locks nobody out. A full one forgets
# a third of its counts, whoever's they are: with Django's 300 anybody could have their own wrong tries forgotten.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_IS_HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Mail: every message is first a row, sent by the worker; no page waits for a mail server.
EMAIL_BACKEND = "accounts.letters.OutboxEmailBackend"
_email_url = env.str("EMAIL_URL", default="")
if _provider := provider_of(_email_url):
    DELIVERY_EMAIL_BACKEND = "accounts.provider_mail.ProviderBackend"
    EMAIL_PROVIDER_BACKEND = f"anymail.backends.{_provider}.EmailBackend"
    ANYMAIL = anymail_settings(_email_url, timeout=EMAIL_TIMEOUT)
elif _email_url:
    _email = env.email_url("EMAIL_URL")
    DELIVERY_EMAIL_BACKEND = _email["EMAIL_BACKEND"].replace(DJANGO_SMTP, OWN_SMTP)
    EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
    EMAIL_PORT = _email.get("EMAIL_PORT") or 25
    EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
    EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
    EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
else:
    DELIVERY_EMAIL_BACKEND = "config.mail.MailFolderBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Calendar <calendar@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Celery: Redis by REDIS_URL; without it each worker keeps its own queue in memory and wakes itself.
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False  # a lost hint costs one tick; the row is the truth
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "prefork" if REDIS_URL else "solo"
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2) if REDIS_URL else 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody steers a worker from afar: one thing less that can hang
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever: the worker outlives any outage of the broker
CELERY_DB_REUSE_MAX = 1000  # keep the database connection from task to task
CELERY_TIMEZONE = "UTC"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "retry_on_timeout": False,
        "max_retries": 1,  # with the three below: a publisher that meets no broker gives up at once
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "global_keyprefix": "pear:",
    }
TICK_SECONDS = env.int("TICK_SECONDS", default=5 if REDIS_URL else 2)
CELERY_BEAT_SCHEDULE = {"purge": {"task": "scheduler.purge", "schedule": 24 * 3600}}  # beat may run, and need not
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
WATCHDOG_SECONDS = env.int("WATCHDOG_SECONDS", default=90)  # a solo worker that stands still so long ends itself

USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticFiles"},
}

# One policy for every page: nothing from elsewhere, nothing inline, nothing framed. Browsers hold the redirect after
# a form to `form-action` too, so the place that quick exit leads to must stand there.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.wikipedia.org/")
_away = urlsplit(QUICK_EXIT_URL)
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    f"form-action 'self' {_away.scheme}://{_away.netloc}; frame-ancestors 'none'"
)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
if SITE_IS_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # a load balancer asks the machine itself, without TLS
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sid"
    CSRF_COOKIE_NAME = "__Host-csrf"
    DEVICE_COOKIE_NAME = "__Host-device"
    MESSAGE_COOKIE_NAME = "__Host-said"
    LANGUAGE_COOKIE_NAME = "__Host-language"

UNDO_SECONDS = env.int("UNDO_SECONDS", default=60)

# How many processes the supervisor keeps alive (config/supervisord.conf).
WEB_WORKERS = env.int("WEB_WORKERS", default=1)
WEB_PLACES = env.int("WEB_PLACES", default=4)  # requests that each answers at once; DATABASE_POOL_SIZE is one more
WORKER_PROCESSES = env.int("WORKER_PROCESSES", default=1)

# Seeing how it goes. `/readyz` says no once something has been due for longer than this.
LATE_SECONDS = env.int("LATE_SECONDS", default=60)
METRICS_PORT = env.int("METRICS_PORT", default=0)  # on loopback only; 0: none
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_PORT:
    METRICS_DIR.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIR))  # read when the client is first imported

# Words and addresses a host may wish to change.
SUPPORT_LINES = env.json("SUPPORT_LINES", default=[])
CONSENT_VERSION = "2026-11"
