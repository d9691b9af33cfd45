"""Every setting. Those that a person may change come from the environment; `.env.example` lists them.

Whatever is missing or makes no sense is said at once, here, and not by the first page that needs it.
Numbers that belong to the mathematics are not settings: they stand beside it.
"""

import importlib.util
import os
import secrets
from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from musicclust import local

django_stubs_ext.monkeypatch()  # lets ModelAdmin[Song] and the like be written

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")


def number(name: str, default: int) -> int:
    """Read a whole number of 0 or more; what is left blank has its default."""
    text = env.str(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ImproperlyConfigured(f"{name} must be a whole number, and not “{text}”")
    return int(text)


def switch(name: str, default: bool) -> bool:
    """Read true or false; what is left blank has its default."""
    text = env.str(name, "").strip().lower()
    words = {"": default} | dict.fromkeys(("true", "yes", "on", "1"), True)
    words |= dict.fromkeys(("false", "no", "off", "0"), False)
    if text not in words:
        raise ImproperlyConfigured(f"{name} must be true or false, and not “{text}”")
    return words[text]


# Where everything that must not be lost is kept, but for the database when it is elsewhere.

DATA_DIR = (BASE_DIR / (env.str("DATA_DIR", "") or ".data")).resolve()
if not str(DATA_DIR).isprintable():
    raise ImproperlyConfigured(f"DATA_DIR has a character that cannot be seen: {str(DATA_DIR)!r}")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", "") or DATA_DIR / "uploads")
S3_BUCKET = env.str("S3_BUCKET", "")  # where hosts share no folder; keys are read by boto3 itself
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", "")

if S3_BUCKET and importlib.util.find_spec("storages") is None:
    raise ImproperlyConfigured("S3_BUCKET needs: pip install -r requirements-s3.txt")

# The servers: elsewhere when their address is given, else private ones in DATA_DIR.

DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")
LOCAL = not DATABASE_URL
SERVERS = local.Servers(DATA_DIR, postgres=not DATABASE_URL, redis=not REDIS_URL)


# A host that is cut off says no farewell. Both ends ask after 10 seconds of silence and give up after 20: a worker
# does not wait for ever, and the server gives back what a lost worker had locked, so that another can take its job.
NOTICE_A_CUT: dict[str, object] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,  # milliseconds
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2 "
    "-c tcp_user_timeout=20000",
}


def database(url: str) -> dict[str, object]:
    """Read a PostgreSQL address; a Unix socket stands as `?host=/folder`, as libpq has it."""
    found = env.db_url_config(url)
    if found["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL must be a PostgreSQL address: postgresql://user:password@host:5432/name"
        )
    if socket := found.get("OPTIONS", {}).pop("host", None):
        found["HOST"] = socket
    else:
        found["OPTIONS"] = NOTICE_A_CUT | found.get("OPTIONS", {})
    return {**found, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database(DATABASE_URL or local.database_url(DATA_DIR))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def local_secret_key() -> str:
    """Keep one key per data folder, so that people stay signed in over a restart."""
    path = DATA_DIR / "secret_key"
    try:
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if path.is_file():
            return path.read_text() or secrets.token_urlsafe(50)
        raise ImproperlyConfigured(local.unusable(DATA_DIR, error)) from None
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


# Who may ask, and how safely.

DEBUG = switch("DEBUG", default=False)
if DEBUG and not LOCAL:
    raise ImproperlyConfigured(
        "DEBUG shows code and settings to whoever causes an error. "
        "It is refused with DATABASE_URL set: unset one of them."
    )
SECRET_KEY = env.str("SECRET_KEY", "") or (local_secret_key() if LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random text: with DATABASE_URL set, this is a deployment."
    )
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = switch("HTTPS", default=not (DEBUG or LOCAL))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside, over plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # the prefix binds a cookie to this host: no neighbor under the same domain can set it
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in their forms
SESSION_COOKIE_AGE = number("SESSION_HOURS", 30 * 24 if LOCAL else 12) * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],  # the nonce is for an import map, which can only stand in the page
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "media-src": ["https:"],  # previews of songs lie where the person's file says
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Django.

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # its pages are found by `urls`: workers and commands have none
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "clustering",  # the last: it takes tables of others out of the administration
]
MIDDLEWARE = [
    "musicclust.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "musicclust.middleware.no_store",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "musicclust.middleware.StaffTwoFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "musicclust.middleware.ConcurrentDeletionMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "musicclust.urls"
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
            ]
        },
    }
]
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "musicclust.formats"
TIME_ZONE = env.str("TIME_ZONE", "") or "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Accounts.

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Who guesses passwords: ten wrong ones for a name close it for a quarter of an hour, wherever they come from.
# A link from `manage.py sign_in_link` opens it all the same, so that nobody can be kept out.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "clustering.web.site.views.sign_in.attempted_name"
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# A code after the password, for staff who have turned it on; `required` closes the administration to all others.
STAFF_TWO_FACTOR = env.str("STAFF_TWO_FACTOR", "")
if STAFF_TWO_FACTOR not in {"", "required"}:
    raise ImproperlyConfigured("STAFF_TWO_FACTOR is either left out or: required")
OTP_TOTP_ISSUER = "MusicClust"

# The API: how many requests a minute each token may send (0: as many as there is room for), and which other sites'
# scripts may call it from a browser (none, unless they are named).

API_REQUESTS_PER_MINUTE = number("API_REQUESTS_PER_MINUTE", 0 if LOCAL else 600)
CORS_ALLOWED_ORIGINS = env.list("API_CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ("authorization", "content-type", "idempotency-key", "if-none-match")
CORS_EXPOSE_HEADERS = ("etag", "location", "retry-after", "idempotent-replayed")
if CORS_ALLOWED_ORIGINS:
    INSTALLED_APPS.insert(0, "corsheaders")
    MIDDLEWARE.insert(1, "corsheaders.middleware.CorsMiddleware")

# Webhooks: whether they may go to private networks and this machine, and over plain HTTP.

WEBHOOK_ALLOW_PRIVATE = switch("WEBHOOK_ALLOW_PRIVATE", default=False)
WEBHOOK_ALLOW_HTTP = switch("WEBHOOK_ALLOW_HTTP", default=False)

# Files: uploads are never served; static ones come from our own folder and straight from node_modules.

UPLOAD_LIMIT_MB = number("UPLOAD_LIMIT_MB", 1024)
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_NUMBER_FIELDS = (
    5_000  # a song file has up to 2,000 columns, and each is a field of the column page
)
STATIC_URL = "static/"
PACKAGES = {
    "vendor/chart.js": "chart.js/dist",
    "vendor/chartjs-chart-matrix": "chartjs-chart-matrix/dist",
    "vendor/chartjs-chart-boxplot": "@sgratzl/chartjs-chart-boxplot/build",
    "vendor/htmx": "htmx.org/dist",
    "vendor/svgcanvas": "svgcanvas/dist",
    "vendor/tabler/css": "@tabler/core/dist/css",
    "vendor/tabler/img": "@tabler/core/dist/img",
}
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [
    BASE_DIR / "static",
    *((prefix, BASE_DIR / "node_modules" / package) for prefix, package in PACKAGES.items()),
]
SILENCED_SYSTEM_CHECKS = [
    "staticfiles.W004",  # commands run before the packages are installed
    "axes.W006",  # it wants addresses counted, which would give a guesser with many of them many tries
    "security.W021",  # whether browsers get a list with this host is for its owner to say
]
S3_OPTIONS: dict[str, object] = {}
if S3_BUCKET:
    from botocore.config import Config

    S3_OPTIONS = {
        "bucket_name": S3_BUCKET,
        "endpoint_url": S3_ENDPOINT_URL or None,
        "file_overwrite": False,
        # a worker or a person does not wait five minutes for a storage that does not answer, as boto would
        "client_config": Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2}),
    }
# On a person's own machine the files are found where they lie; a deployment collects and hashes them.
WHITENOISE_USE_FINDERS = LOCAL or DEBUG
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3_OPTIONS}
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Background jobs. PostgreSQL knows the truth about a job; Celery only carries its id.

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WORKER_CONCURRENCY = number("WORKER_CONCURRENCY", max(min(CORES, 2), CORES // 2))
THREADS_PER_WORKER = max(1, CORES // WORKER_CONCURRENCY)
JOB_HOURS = number("JOB_HOURS", 6)  # after so long a job is stopped

CELERY_BROKER_URL = REDIS_URL or local.redis_url(DATA_DIR)
# Work of seconds waits in "short", work of minutes in "long", and "webhooks" waits for other people's servers. A worker
# takes from all unless it is told otherwise, but never gives more than WORKER_CONCURRENCY places to what is not short:
# one with a place more, or another for short work alone, sees to it that there always is one.
CELERY_TASK_DEFAULT_QUEUE = "short"
CELERY_TASK_QUEUES: dict[str, dict[str, object]] = {"short": {}, "long": {}, "webhooks": {}}
CELERY_TASK_ROUTES = {
    f"clustering.jobs.tasks.{name}": {"queue": "webhooks"} for name in ("announce", "deliver")
}
CELERY_WORKER_CONCURRENCY = WORKER_CONCURRENCY
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True  # a message waits where any worker can take it, until a place is free
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = JOB_HOURS * 3600
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT - 300
# Redis gives a message to a second worker when the first has not confirmed it in time: longer than the
# longest job. Celery's documentation names three places, which only work together.
CELERY_VISIBILITY_TIMEOUT = CELERY_TASK_TIME_LIMIT + 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
    "socket_keepalive": True,  # as above: a cut connection is noticed
    "health_check_interval": 10,
    "socket_timeout": 10,  # a person does not wait for a Redis that does not answer
    "socket_connect_timeout": 5,
    "queue_order_strategy": "musicclust.queues:ShortAlways",
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_VISIBILITY_TIMEOUT}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 3,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 2.0  # then the job's message goes back to the queue
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # Redis away for a moment: the job goes on
# What thousands of files and models leave behind in the allocators of C libraries never comes back to the system.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_PROC_ALIVE_TIMEOUT = (
    60.0  # on a busy machine a new process needs more than Celery's four seconds
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "reap": {"task": "clustering.jobs.tasks.reap", "schedule": 15.0, "options": {"expires": 15.0}},
    "announce": {
        "task": "clustering.jobs.tasks.announce",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    # by the clock: a beat whose file is lost with its container would begin to count a day at each start
    "clear_expired": {
        "task": "clustering.jobs.tasks.clear_expired",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 3600.0},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# What is logged, and who is told: lines of JSON where a machine reads them, plain ones where a person does.

LOG_FORMAT = env.str("LOG_FORMAT", "") or ("line" if LOCAL else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "musicclust.logs.LineFormatter"},
        "json": {"()": "musicclust.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "") or "INFO"},
    "loggers": {"django": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # what Prometheus shows; without it there are no metrics
if SENTRY_DSN := env.str("SENTRY_DSN", ""):
    import sentry_sdk

    from musicclust.logs import mask_event

    # faults alone; nobody's name and address (by its own default), no songs, and no link that lets somebody in
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=mask_event,
    )

# What one person may have; 0 is as much as there is room for.

LIMITS = {
    "datasets": number("LIMIT_DATASETS", 0 if LOCAL else 200),
    "megabytes": number("LIMIT_MEGABYTES", 0 if LOCAL else 20_480),
    "songs": number("LIMIT_SONGS", 0 if LOCAL else 20_000_000),
    "jobs": number("LIMIT_JOBS", 0 if LOCAL else 50),
    "runs": number("LIMIT_RUNS", 0 if LOCAL else 1000),
    "places": number("LIMIT_PLACES", 0 if LOCAL else 200_000_000),  # songs of runs, which fill the database
    "sweeps": number("LIMIT_SWEEPS", 0 if LOCAL else 1000),
    "comparisons": number("LIMIT_COMPARISONS", 0 if LOCAL else 1000),
    "playlists": number("LIMIT_PLAYLISTS", 0 if LOCAL else 1000),
    "links": number("LIMIT_LINKS", 0 if LOCAL else 200),
}
