# The first stage installs all and builds the database, the second has only what serves it.
# Run it with a read-only root file system: docker run --read-only -p 8000:8000 IMAGE
# docs/operating.md says how to pin the base image by its digest.
FROM python:3.13.16-slim-bookworm AS build
WORKDIR /src
RUN python -m venv --without-pip /srv/venv
COPY requirements.txt ./
RUN pip --python /srv/venv/bin/python install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
COPY seed seed
RUN pip --python /srv/venv/bin/python install --no-cache-dir --no-deps --no-build-isolation .
# What only building needs is taken out again, and what only colors the help of the command line.
RUN HER2_DATABASE=/srv/her2-facts.db /srv/venv/bin/her2-facts build --release \
    && pip --python /srv/venv/bin/python uninstall --yes \
        alembic mako setuptools rich pygments \
        httpx httpcore certifi selectolax \
    && rm -r /srv/venv/lib/python3.*/site-packages/app/seed \
        /srv/venv/lib/python3.*/site-packages/app/migrations

FROM python:3.13.16-slim-bookworm
RUN python -m pip uninstall --yes pip && rm -r /usr/local/lib/python3.*/ensurepip
COPY --from=build /srv /srv
WORKDIR /srv
USER 10001:10001
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HER2_DATABASE=/srv/her2-facts.db \
    HER2_HOST=0.0.0.0 \
    HER2_LOG_FORMAT=json \
    HER2_PUBLIC_URL=http://localhost:8000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s --start-interval=1s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('HER2_PORT', '8000') + '/readyz', timeout=2)"]
CMD ["her2-facts", "serve"]
