# The first stage installs and builds the database, the second only serves it.
# Run it with a read-only root file system: docker run --read-only -p 8000:8000 IMAGE
FROM python:3.13-slim AS build
WORKDIR /srv
RUN python -m venv /srv/.venv
COPY requirements.txt ./
RUN /srv/.venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
COPY seed seed
RUN /srv/.venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && /srv/.venv/bin/her2-facts build

FROM python:3.13-slim
WORKDIR /srv
COPY --from=build /srv /srv
USER 10001:10001
ENV HER2_HOST=0.0.0.0 \
    HER2_PUBLIC_URL=http://localhost:8000 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["/srv/.venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["/srv/.venv/bin/her2-facts", "serve"]
