# One image for web, worker and beat; docker-compose.yml says which is which.

FROM node:24.19.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.12.13-slim-trixie AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /app
# pg_dump and pg_restore for backups: as new as the server of docker-compose.yml
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
# Without the private servers and their supervisor, which are for a person's own machine.
COPY requirements-s3.txt ./
RUN pip install --no-cache-dir -r requirements-s3.txt
COPY . .

FROM base AS static
COPY --from=packages /app/node_modules node_modules
# The addresses and the key only satisfy the settings; nothing is connected to, and nothing of them is kept.
RUN DATABASE_URL=postgresql://build/build REDIS_URL=redis://build SECRET_KEY=build \
    python manage.py collectstatic --noinput

FROM base
COPY --from=static /app/staticfiles staticfiles
RUN useradd --uid 1000 --create-home musicclust && install -d -o musicclust -g musicclust /data
USER musicclust
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "musicclust.web", "0.0.0.0", "8000"]
