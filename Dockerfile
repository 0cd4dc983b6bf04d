# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.13-slim-bookworm

# The proxy runs under the same number: it sends the media files, which only their owner can read.
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --create-home portal \
    && install --directory --owner portal --group portal /state

WORKDIR /portal
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
# Nobody can write here later, and each process would compile the portal anew.
RUN python -m compileall -q accounts coaching portal

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATE_DIR=/state

USER portal
VOLUME /state
EXPOSE 8000
CMD ["uvicorn", "portal.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--timeout-graceful-shutdown", "10"]
