# Two stages: the first installs the locked dependencies, the second holds nothing but them and Pear.
# The suite checks this file, and does not build it: see docs/running.md, "In containers".
FROM python:3.11-slim AS build
WORKDIR /srv/pear
COPY requirements.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY manage.py ./
COPY accounts accounts
COPY config config
COPY locale locale
COPY scheduler scheduler
COPY templates templates
RUN .venv/bin/python -m compileall -q accounts config scheduler

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent pear \
    && install --directory --mode 700 --owner pear --group pear /var/lib/pear
COPY --from=build /srv/pear /srv/pear
WORKDIR /srv/pear
ENV PATH=/srv/pear/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/var/lib/pear \
    LISTEN_HOST=0.0.0.0 \
    PORT=8000
# Everything that Pear writes; the rest of the image may be read-only (with a tmpfs at /tmp).
VOLUME /var/lib/pear
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=2)"]
# All of Pear in one container; compose.yaml runs its programs apart.
CMD ["python", "manage.py", "start"]
