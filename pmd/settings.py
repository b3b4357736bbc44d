"""Settings, all from the environment; a wrong value stops the start with a sentence."""

import logging
import os
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from pmd import env_file, environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# What is in the environment already wins; None where no file was read.
ENV_FILE = env_file.load(os.environ)

# --- How it runs -----------------------------------------------------------------------------------------------
DEBUG = environment.read_bool(os.environ, "DEBUG", default=False)
PMD_DEMO = environment.read_bool(os.environ, "PMD_DEMO", default=False)
LOCAL = DEBUG or PMD_DEMO
# How many of our own proxies stand before this process; 0: what forwarded headers say is ignored.
PMD_PROXY_COUNT = environment.read_int(os.environ, "PMD_PROXY_COUNT", default=0, highest=5)
if PMD_DEMO and PMD_PROXY_COUNT:
    raise ImproperlyConfigured("PMD_DEMO no funciona detrás de un proxy: quite PMD_PROXY_COUNT o PMD_DEMO.")

SECRET_KEY = environment.read_secret_key(os.environ, local=LOCAL, directory=VAR_DIR)
ALLOWED_HOSTS = environment.read_allowed_hosts(os.environ, demo=PMD_DEMO, debug=DEBUG)
DATABASES = {"default": environment.read_database(os.environ, default=VAR_DIR / "pmd.sqlite3", local=LOCAL)}
# Who migrates, where that is not the application's own role: ``core.owner``.
PMD_DATABASE_OWNER = environment.read_owner(os.environ, DATABASES["default"])
# For how long a page waits for the database; ``pmd.waits`` sets it where pages are served.
PAGE_WAITS = environment.read_page_waits(os.environ)
# Whether a connection to PostgreSQL keeps the queries of every page prepared; a pooler that shares it cannot.
PMD_PREPARED = environment.read_bool(os.environ, "PMD_PREPARED", default=True)
PMD_MUNICIPALITY = environment.read_municipality(os.environ, local=LOCAL)
PMD_LOGO = environment.read_shield(os.environ)
# What the links in e-mails begin with.
PMD_SITE_URL = environment.read_site_url(os.environ, default="http://127.0.0.1:8000")
# What the absolute addresses of everything that is published begin with.
PMD_PUBLIC_URL = environment.read_public_url(os.environ, site=PMD_SITE_URL)

# --- Parts -----------------------------------------------------------------------------------------------------
ROOMS = ("pmd", "core", "programs", "accounts", "indicators", "catalog", "reports", "publishing", "manuals")
INSTALLED_APPS = [
    *ROOMS,
    "catalog.admin_app.PlanningAdminConfig",  # django.contrib.admin, for planning
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "django_htmx",
    "csp",
    "axes",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "pmd.incoming.RequestCodeMiddleware",
    *(["pmd.middleware.LoopbackOnlyMiddleware"] if PMD_DEMO else []),
    "pmd.incoming.ForwardedHeadersMiddleware",
    "pmd.incoming.HealthOnLoopbackMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Files of a folder, as they are: before whatever asks the database, sets a cookie or writes into a page.
    "publishing.publication.serving.PublicSiteMiddleware",
    "csp.middleware.CSPMiddleware",
    # With DEBUG the static files come from Django itself, as they are in the tree.
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),
    "pmd.middleware.NothingKeptMiddleware",
    # Before whatever writes into the page; the static files above come compressed already.
    "pmd.middleware.GZipTextMiddleware",
    "pmd.middleware.NulRefusedMiddleware",
    "pmd.middleware.MethodRefusedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the length of a page is told.
    "pmd.middleware.UnitsTogetherMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Nothing is open without signing in, unless a view says so itself.
    "accounts.middleware.SignInRequiredMiddleware",
    "accounts.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pmd.middleware.YearWordsMiddleware",
    "pmd.middleware.LockedYearMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "pmd.urls"
WSGI_APPLICATION = "pmd.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.frame"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pmd.context.site",
                "reports.context.navigation",
                "manuals.context.help_link",
            ],
        },
    },
    # The rows of the long tables only: core/long_tables.py.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates_jinja"],
        "OPTIONS": {"environment": "core.long_tables.environment"},
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "core.form_focus.Renderer"
# A cell of ours that begins with = + - @ is text, also for whoever opens the file in Excel.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# --- People ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.PersonBackend"]
# The second one reads what earlier versions kept; each is kept anew when its person signs in.
PASSWORD_HASHERS = ["accounts.hashers.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/entrar/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/entrar/"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
SESSION_COOKIE_AGE = 60 * 60 * 12  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# A town hall shares one address: only this name from this address is locked, for a quarter of an hour.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "accounts.client_ip.client_ip"
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# --- Language and formats --------------------------------------------------------------------------------------
LANGUAGE_CODE = "es-mx"
PMD_TIME_ZONE = environment.read_time_zone(os.environ, local=LOCAL)
# Where it is missing nothing that computes a day runs (``require_municipality``).
TIME_ZONE = PMD_TIME_ZONE or "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- E-mail ----------------------------------------------------------------------------------------------------
globals().update(environment.read_email(os.environ, local=LOCAL))
EMAIL_CONFIGURED = LOCAL or bool(os.environ.get("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "PMD <pmd@localhost>")

# --- What leaves the request -----------------------------------------------------------------------------------
TASKS = environment.read_tasks(os.environ, local=LOCAL)

# --- Static files ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("PMD_STATIC_ROOT") or VAR_DIR / "static")
# The pictures of the manuals lie beside their texts, so that these show them wherever the repository is read.
STATICFILES_DIRS = [BASE_DIR / "static", ("manuales", BASE_DIR / "docs" / "manuales" / "imagenes")]
FILES_ROOT, OWN_FILES_ROOT = environment.read_files_root(os.environ, own=VAR_DIR)
# What everybody reads under /publico/, once planning has published it.
PMD_PUBLIC_ROOT, OWN_PUBLIC_ROOT = environment.read_public_root(os.environ, own=VAR_DIR, files=FILES_ROOT)
PMD_BACKUP_ROOT, PMD_BACKUP_KEY, PMD_BACKUP_KEEP = environment.read_backups(os.environ)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Evidence lies outside the web root and has no address of its own: a view asks who is reading.
    "evidence": {
        "BACKEND": "core.private_files.PrivateStorage",
        "OPTIONS": {"location": str(FILES_ROOT), "own_root": OWN_FILES_ROOT},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "pmd.static_files.StaticFilesStorage"
    },
}

# --- Limits ----------------------------------------------------------------------------------------------------
# One page of capture has at most this many rows. A row sends up to 10 fields (identifier, version, fingerprint,
# numerator, denominator, three reasons, a choice and a check box); 50 more are for the form around them.
GRID_MAX_ROWS = 200
DATA_UPLOAD_MAX_NUMBER_FIELDS = GRID_MAX_ROWS * 10 + 50

# --- Security --------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap's arrows and ticks are data: images in its style sheet
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "pmd.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
# Where people reach the site at a port of its own, a proxy may pass on the name alone.
CSRF_TRUSTED_ORIGINS = [PMD_SITE_URL] if PMD_SITE_URL.startswith("https://") else []
# Without TLS (a developer's machine, the demonstration) a Secure cookie would never come back.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^salud/(vivo/)?$"]  # the load balancer asks without TLS
SECURE_HSTS_SECONDS = 0 if LOCAL else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PMD_PROXY_COUNT else None

# --- Log -------------------------------------------------------------------------------------------------------
LOG_LEVEL = environment.read_log_level(os.environ, demo=PMD_DEMO)
# Who is told by mail that something broke.
PMD_ADMINS = environment.read_admins(os.environ)
# What Python itself warns of is a line like any other.
logging.captureWarnings(not LOCAL)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "refused": {"()": "django.utils.log.CallbackFilter", "callback": logs.without_traceback},
        "public": {"()": "django.utils.log.CallbackFilter", "callback": logs.nobodys_trouble},
    },
    "formatters": {"line": logs.formatter(environment.read_log_format(os.environ, local=LOCAL))},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "operators": {"class": "pmd.error_mail.TellOperators", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "operators"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console", "operators"], "level": LOG_LEVEL, "propagate": False},
        "django.request": {"filters": ["public", "refused"]},
        # Whoever scans the network asks for hosts that are not ours: answered with 400, not worth a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Its lines have stars where ``pmd.security`` says who and from where.
        "axes": {"level": "ERROR"},
        **{room: {"level": LOG_LEVEL} for room in ROOMS},
        # Who comes in and who is refused is told whatever else is not.
        "pmd.security": {"level": "INFO"},
    },
}
