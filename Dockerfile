# One image for web, worker, beat and one-off commands; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv/portal
COPY requirements.lock .
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/srv/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media
WORKDIR /srv/portal
RUN useradd --system --home-dir /srv/portal portal && install -d -o portal /srv/static /srv/media
COPY --from=packages /srv/portal/.venv .venv
COPY . .
# DEMO only lets the settings load without secrets while files are collected; nothing of it stays.
RUN python wangguan/runner/messages.py locale/*/LC_MESSAGES/django.po \
    && DEMO=1 python manage.py collectstatic --no-input --verbosity 0
USER portal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "wangguan.wsgi:application"]
