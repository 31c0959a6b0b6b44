# Two images from one file: `portal` is web, workers, beat, backup and one-off commands (docker-compose.yml
# says which is which), `proxy` is Caddy as an ordinary user.

# --- packages: the lock without what only development needs ---------------------------------------------
FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv/portal
COPY requirements.lock pyproject.toml ./
COPY deploy/without_dev.py deploy/
RUN python deploy/without_dev.py > /tmp/production.lock \
    && python deploy/without_dev.py polib > /tmp/tools.lock \
    && python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/production.lock \
    && .venv/bin/pip install --no-cache-dir --require-hashes --target /srv/tools -r /tmp/tools.lock

# --- built: catalogues compiled, static files collected --------------------------------------------------
FROM packages AS built
ENV PATH=/srv/portal/.venv/bin:$PATH PYTHONPATH=/srv/tools PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/srv/static
COPY . .
RUN sh deploy/build.sh

# --- portal: nothing in it may be written by the user it runs as, but media and backups ------------------
FROM python:3.11-slim-bookworm AS portal
ENV PATH=/srv/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media BACKUP_DIR=/srv/backups DEMO=0
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /srv/media /srv/backups
WORKDIR /srv/portal
COPY --from=built /srv/static /srv/static
COPY --from=built /srv/portal /srv/portal
USER 10001:10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "wangguan.wsgi:application"]

# --- proxy: the stock binary carries a file capability, which no-new-privileges would refuse to start ----
FROM caddy:2-alpine AS proxy
RUN setcap -r /usr/bin/caddy \
    && adduser -D -H -u 10001 caddy \
    && mkdir -p /data/caddy /config/caddy && chown -R 10001:10001 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10001:10001
