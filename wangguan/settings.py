"""One settings file; everything that differs between machines comes from the environment.

Every variable is explained in README.md (“Configuration”). Secrets have no default
outside the demo and the tests.
"""

import sys
from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from wangguan import queues, secret_files
from wangguan.accounts.configuration import content_security_policy, doors
from wangguan.databases import REPLICA, databases, storages
from wangguan.embedded import places
from wangguan.interfaces.rest.framework import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from wangguan.observability.logs import logging_config
from wangguan.operations.config import backups
from wangguan.packaged import static_folder
from wangguan.rooms import ROOMS

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
places.read_dotenv()
secret_files.read()

# Worker and web server that a test starts are told by the variable.
TESTING = "pytest" in sys.modules or env.bool("TESTING", default=False)
DEMO = env.bool("DEMO", default=not TESTING and places.is_embedded())
DEBUG = env.bool("DEBUG", default=False)
# Demo and tests run on this machine only; their keys protect nothing.
_open_secret = {"default": "demo-only-not-a-secret"} if DEMO or TESTING else {}
_open_field_key = {"default": ["ZGVtby1vbmx5LW5vdC1hLXNlY3JldC0wMTIzNDU2Nzg="]} if DEMO or TESTING else {}
SECRET_KEY = env.str("SECRET_KEY", **_open_secret)
FIELD_KEYS = env.list("FIELD_KEYS", **_open_field_key)
HASH_KEY = env.str("HASH_KEY", **_open_secret)
if not all((SECRET_KEY, HASH_KEY, FIELD_KEYS, *FIELD_KEYS)):
    raise ImproperlyConfigured("SECRET_KEY, HASH_KEY and FIELD_KEYS must not be empty; see .env.example")

# Where residents reach the portal; links in messages start with it. Plain HTTP only in the demo.
SITE_URL = env.str("SITE_URL", default=places.site_url())
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "import_export",
    "js_lib_leaflet",
    "lucide",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "wangguan.auditlog",
    "wangguan.accounts",
    "wangguan.interfaces",
    "wangguan.notify",
    "wangguan.operations",
    "wangguan.observability",
    "grids",
    "residents",
    "requests_app",
    *ROOMS,
]

MIDDLEWARE = [
    "wangguan.health.Probes",
    "wangguan.observability.requests.Observed",
    "django.middleware.security.SecurityMiddleware",
    "wangguan.accounts.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wangguan.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wangguan.accounts.idle.Ends",
    "wangguan.accounts.headers.Unkept",
    "wangguan.auditlog.leaving.Files",
    "wangguan.accounts.second_factor.First",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wangguan.pages.OnlyForForms",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "wangguan.urls"
WSGI_APPLICATION = "wangguan.wsgi.application"

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
                "wangguan.pages.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database, broker, cache -------------------------------------------------------------
DATABASES = databases(env, testing=TESTING)
DATABASE_ROUTERS = ["requests_app.statistics.replica.Reads"] if REPLICA in DATABASES else []
# Figures older than this are read from the database itself instead of its copy.
REPLICA_PATIENCE = timedelta(seconds=env.int("REPLICA_PATIENCE_SECONDS", default=150))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default=places.broker_url())
CACHES = {
    "default": {
        "BACKEND": "wangguan.caches.ForgivingCache",
        "LOCATION": places.cache_url(REDIS_URL),
        "KEY_PREFIX": "wangguan",
    }
}

# The demo looks more often, so that whoever watches need not wait a minute.
vars().update(queues.celery(REDIS_URL, sweep_seconds=env.int("SWEEP_SECONDS", default=2 if DEMO else 60)))

# --- people and doors --------------------------------------------------------------------
AUTH_USER_MODEL = "grids.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
vars().update(doors(env, secure=SECURE, testing=TESTING))
LOGIN_REDIRECT_URL = "/worker/"
# Whoever has no second factor yet sets one up before anything else.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not (DEMO or TESTING))
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=1800)
AUDITLOG_KEEP_DAYS = env.int("AUDITLOG_KEEP_DAYS", default=3 * 365)
# The map's background; empty: boundaries and names alone. 高德 and 腾讯 draw in GCJ-02, 天地图 in WGS-84.
TILE_URL = env.str("TILE_URL", default="")
TILE_DATUM = env.str("TILE_DATUM", default="wgs84")
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", default="")
MAP_LINK = env.str("MAP_LINK", default="geo:{latitude},{longitude}?q={latitude},{longitude}")
_tile_hosts = ["/".join(TILE_URL.split("/")[:3]).replace("{s}", "*")] if TILE_URL else []
CONTENT_SECURITY_POLICY = content_security_policy(*_tile_hosts)
# How many trusted proxies stand before the portal: the client's address is that many from the right.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- language and time -------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Shanghai"

# --- files -------------------------------------------------------------------------------
STATIC_URL = "/static/"
# Nobody asks for a file without its hash, or for a map of a script: packing those takes half the time.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gif", "webp", "woff", "woff2", "gz", "br"]
WHITENOISE_USE_FINDERS = DEBUG or TESTING
STATIC_ROOT = env.path("STATIC_ROOT", default=str(places.DATA / "static"))
# Leaflet's drawing tools: django-leaflet brings the files, its app would want GDAL.
STATICFILES_DIRS = [BASE_DIR / "static", ("leaflet/draw", static_folder("leaflet", "leaflet", "draw"))]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "wangguan.stylesheets.JoinedStylesheets",
    "wangguan.interfaces.reader.ReaderFiles",
]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(places.DATA / "media"))
STORAGES = storages(env.str("MEDIA_S3_URL", default=""), collected=not (DEBUG or TESTING))
BACKUPS = backups(env, places.DATA)
# Six photos of 10 MB and the form around them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_MAX_COUNT = 6

# --- rules of the house (domain.md §2, §3) -----------------------------------------------
WORKING_HOURS = env.tuple("WORKING_HOURS", default=("08:30", "17:30"))
REMINDER_WINDOW = env.tuple("REMINDER_WINDOW", default=("08:00", "20:00"))
POST_MINIMA = {"grid_leader": 1, "full_time_worker": 1}
POST_MAXIMA = {"grid_leader": 1, "full_time_worker": 3}
EXTENSION_MAX_HOURS = env.int("EXTENSION_MAX_HOURS", default=240)
UNREACHABLE_TRIES = env.int("UNREACHABLE_TRIES", default=3)
DELIVERY_LIMIT = timedelta(hours=env.int("DELIVERY_LIMIT_HOURS", default=24))
OPENED_LIMIT = timedelta(days=env.int("OPENED_LIMIT_DAYS", default=7))
VERDICT_REMINDER_AFTER = timedelta(days=3)
VERDICT_LIMIT = timedelta(days=7)
REOPEN_WITHIN = timedelta(days=30)
LOOKUP_TRIES_PER_HOUR = 5
ASK_WORKING_DAYS = 2
UNDO_WITHIN = timedelta(seconds=10)
# More matters than these in an hour from one address or phone: the browser has to work for it first.
REPORTS_PER_ADDRESS, REPORTS_PER_PHONE = env.int("REPORTS_PER_ADDRESS", default=20), 5
SIMILAR_WITHIN_METRES, SIMILAR_WITHIN = 250, timedelta(days=30)
# What the law wants at the foot of a public site (备案号); empty: not shown.
ICP_NUMBER, POLICE_NUMBER = env.str("ICP_NUMBER", default=""), env.str("POLICE_NUMBER", default="")

# --- what lies beyond this machine -------------------------------------------------------
SMS_BACKEND = env.str("SMS_BACKEND", default="console" if DEMO else "gateway")
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_TOKEN = env.str("SMS_GATEWAY_TOKEN", default="")
SMS_REPORT_SECRET = env.str("SMS_REPORT_SECRET", **_open_secret)
SMS_SIGNATURE = env.str("SMS_SIGNATURE", default="王官网格")
# Whether the gateway drops a repeated Idempotency-Key; if not, an interrupted send becomes `unknown`.
SMS_DROPS_REPEATS = env.bool("SMS_DROPS_REPEATS", default=True)
WECOM_BASE_URL = env.str("WECOM_BASE_URL", default="https://qyapi.weixin.qq.com")
# The street's own app in WeCom: messages to it, and sign-in by it; empty: neither (docs/wecom.md).
WECOM_CORP_ID, WECOM_AGENT_ID = env.str("WECOM_CORP_ID", default=""), env.str("WECOM_AGENT_ID", default="")
WECOM_SECRET = env.str("WECOM_SECRET", default="")
WECOM_TOKEN, WECOM_AES_KEY = env.str("WECOM_TOKEN", default=""), env.str("WECOM_AES_KEY", default="")
NOTIFY_TIMEOUT = env.float("NOTIFY_TIMEOUT", default=8.0)
EMAIL_CONFIG = env.email(
    "EMAIL_URL", default=f"filemail:///{places.DATA}/mail" if DEMO else "smtp://localhost:25"
)
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@localhost")

# --- what operators see: logs, figures, alerts --------------------------------------------
DEFAULT_EXCEPTION_REPORTER_FILTER = "wangguan.crash.NothingPersonal"
LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"))
# `/metrics` answers who knows it; empty: nobody.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
# Who hears of an alert beside the street's leaders: a mailbox, the key of a WeCom group robot.
ALERT_EMAIL, ALERT_WECOM_KEY = env.str("ALERT_EMAIL", default=""), env.str("ALERT_WECOM_KEY", default="")
ANSWER_PATIENCE = timedelta(seconds=env.int("ANSWER_PATIENCE_SECONDS", default=600))
BEAT_PATIENCE = timedelta(seconds=env.int("BEAT_PATIENCE_SECONDS", default=180))
