# One image for web, worker, beat and migrate; the command says which. Bases by exact version and Debian name; take a newer one on purpose.
# They are arguments: a registry of one's own, or a digest (`make image-pin` asks the registry for those).
ARG PYTHON_IMAGE=python:3.12.14-slim-trixie
ARG NODE_IMAGE=node:22.23.1-trixie-slim
ARG POSTGRES_IMAGE=postgres:18.6-trixie

# Where packages come from is an argument of the build (NPM_REGISTRY, PIP_INDEX_URL, APT_MIRROR), the certificate of a TLS proxy its
# secret "ca" (docs/operations.md); none of them stays in the image.

FROM ${NODE_IMAGE} AS assets
ARG NPM_REGISTRY
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=ca,target=/run/ca.pem \
    if [ -s /run/ca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/ca.pem; fi; \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund ${NPM_REGISTRY:+--registry="$NPM_REGISTRY"}

FROM ${PYTHON_IMAGE} AS build
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN --mount=type=secret,id=ca,target=/run/ca.pem \
    if [ -s /run/ca.pem ]; then export PIP_CERT=/run/ca.pem; fi; \
    /opt/venv/bin/python -m pip install --require-hashes -r /tmp/runtime.txt
WORKDIR /app
COPY . .
COPY --from=assets /app/node_modules ./node_modules
# Values that only satisfy the readers while static files are collected; none of them is in the final image.
RUN /opt/venv/bin/python -c "from scripts import vendor_assets; vendor_assets.copy_files()" \
    && GD_PRODUCTION=1 SECRET_KEY=collect-static-only GD_RECEIPT_KEY=collect-static-only ALLOWED_HOSTS=localhost GD_TRUSTED_PROXIES=none \
       DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost/0 \
       /opt/venv/bin/python manage.py collectstatic --noinput --skip-checks \
    && rm -rf node_modules

# pg_dump and pg_restore of the server's own version, for backups: Debian's are older.
FROM ${POSTGRES_IMAGE} AS database

FROM ${PYTHON_IMAGE}
ARG APT_MIRROR
# LibreOffice without a window shows Word and Excel files in the viewer (docs/viewer.md), most of what districts hand in. It is in this image,
# though the worker "office" alone runs it and it takes 400 MB: one image means that web and worker agree on whether files are converted.
ARG WITHOUT_OFFICE
RUN --mount=type=secret,id=ca,target=/run/ca.pem \
    if [ -n "$APT_MIRROR" ]; then sed -i "s|http://deb.debian.org|$APT_MIRROR|" /etc/apt/sources.list.d/debian.sources; fi \
    && if [ -s /run/ca.pem ]; then echo 'Acquire::https::CAInfo "/run/ca.pem";' > /etc/apt/apt.conf.d/90ca; fi \
    && apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fontconfig fonts-noto-cjk libpq5 liblz4-1 libzstd1 \
       $([ -n "$WITHOUT_OFFICE" ] || echo libreoffice-writer-nogui libreoffice-calc-nogui) \
    && rm -rf /var/lib/apt/lists/* /etc/apt/apt.conf.d/90ca \
    && if [ -n "$APT_MIRROR" ]; then sed -i "s|$APT_MIRROR|http://deb.debian.org|" /etc/apt/sources.list.d/debian.sources; fi \
    && fc-cache -f \
    && groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid 10001 --home-dir /app --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /data /data/media /backups /run/converter
# Programs that keep a cache of their own (fontconfig) find a place that they may write to, with a read-only root as well.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GD_PRODUCTION=1 GD_VAR_DIR=/data GD_MEDIA_DIR=/data/media XDG_CACHE_HOME=/tmp/cache
COPY --from=database /usr/lib/postgresql/18/bin/pg_dump /usr/lib/postgresql/18/bin/pg_restore /opt/postgresql/bin/
# Their libpq is newer than Debian's; it is found by them alone.
COPY --from=database /usr/lib/*-linux-gnu/libpq.so.5* /opt/postgresql/lib/
RUN set -e; for name in pg_dump pg_restore; do \
        printf '#!/bin/sh\nLD_LIBRARY_PATH=/opt/postgresql/lib exec /opt/postgresql/bin/%s "$@"\n' "$name" > "/usr/local/bin/$name"; \
        chmod 755 "/usr/local/bin/$name"; "$name" --version; \
    done
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER portal
EXPOSE 8000
VOLUME ["/data"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/container_health.py"]
CMD ["python", "-m", "gunicorn", "greendistrict.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "greendistrict.web_worker.WebWorker", \
     "--timeout", "120", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
