# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; the command says which.

FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /opt/venv/bin/python -m pip install --require-hashes -r /tmp/runtime.txt
WORKDIR /app
COPY . .
COPY --from=assets /app/node_modules ./node_modules
# Values that only satisfy the readers while static files are collected; none of them is in the final image.
RUN /opt/venv/bin/python -c "from scripts import vendor_assets; vendor_assets.copy_files()" \
    && GD_PRODUCTION=1 SECRET_KEY=collect-static-only GD_RECEIPT_KEY=collect-static-only ALLOWED_HOSTS=localhost \
       DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost/0 \
       /opt/venv/bin/python manage.py collectstatic --noinput --skip-checks \
    && rm -rf node_modules

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 fontconfig fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /data /data/media
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GD_PRODUCTION=1 GD_VAR_DIR=/data GD_MEDIA_DIR=/data/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER portal
EXPOSE 8000
VOLUME ["/data"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/container_health.py"]
CMD ["python", "-m", "gunicorn", "greendistrict.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--timeout", "120", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
