"""What every environment shares. One file per feature beside this one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from intelliwiz_config.settings import env
from intelliwiz_config.settings.admin import *
from intelliwiz_config.settings.alerting import *
from intelliwiz_config.settings.celery import *
from intelliwiz_config.settings.circuit_breaker import *
from intelliwiz_config.settings.database import *
from intelliwiz_config.settings.dlq import *
from intelliwiz_config.settings.funnel import *
from intelliwiz_config.settings.llm import *
from intelliwiz_config.settings.observability import *
from intelliwiz_config.settings.onboarding import *
from intelliwiz_config.settings.redis import *
from intelliwiz_config.settings.security.antivirus import *
from intelliwiz_config.settings.security.file_upload import *
from intelliwiz_config.settings.security.onboarding_upload import *
from intelliwiz_config.settings.security.pii import *
from intelliwiz_config.settings.security.rate_limiting import *
from intelliwiz_config.settings.security.upload_quotas import *
from intelliwiz_config.settings.security.upload_storage import *
from intelliwiz_config.settings.speech import *
from intelliwiz_config.settings.vision import *

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.path("DATA_DIR", BASE_DIR / "var")
ENVIRONMENT = "base"
SETTINGS_PROBLEMS = env.problems

SECRET_KEY = env.text("DJANGO_SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = list(env.words("DJANGO_ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]")))
CSRF_TRUSTED_ORIGINS = list(env.words("DJANGO_CSRF_TRUSTED_ORIGINS"))

INSTALLED_APPS = [
    "unfold",
    "apps.onboarding.admin.config.OnboardingAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.task_ledger",
    "apps.onboarding",
    "apps.onboarding_api",
]

MIDDLEWARE = [
    "apps.onboarding_api.middleware.correlation.CorrelationMiddleware",
    "apps.onboarding_api.middleware.private_answers.PrivateAnswersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.onboarding_api.middleware.rate_limits.RateLimitMiddleware",
    "apps.onboarding_api.middleware.file_upload_security.FileUploadSecurityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "intelliwiz_config.urls"
WSGI_APPLICATION = "intelliwiz_config.wsgi.application"
ASGI_APPLICATION = "intelliwiz_config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/admin/login/"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", DATA_DIR / "static")
SERVESTATIC_USE_FINDERS = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.onboarding_api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "apps.onboarding_api.serializers.pagination.CursorPage",
    "EXCEPTION_HANDLER": "apps.onboarding_api.exception_handler.to_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "PAGE_SIZE": 50,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.integer("JWT_ACCESS_MINUTES", 30, low=1)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.integer("JWT_REFRESH_DAYS", 14, low=1)),
    "ROTATE_REFRESH_TOKENS": False,
    "UPDATE_LAST_LOGIN": False,
    "SIGNING_KEY": SECRET_KEY,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "IntelliWiz Onboarding API",
    "DESCRIPTION": "Bring a new facility site live by talking to it.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "TaskStatusEnum": "apps.onboarding_api.serializers.conversation_serializers.TASK_STATUSES",
        "UploadKindEnum": "apps.onboarding.models.Upload.Kind",
        "ExperimentKindEnum": "apps.onboarding.models.Experiment.Kind",
        "ExperimentUnitEnum": "apps.onboarding.models.Experiment.Unit",
        "MetricEnum": "apps.onboarding.models.Experiment.Metric",
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.onboarding_api.views.error_views.csrf_failure"
