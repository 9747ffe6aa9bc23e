FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/easel
COPY requirements.txt ./
RUN /opt/easel/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
RUN /opt/easel/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# ca-certificates lets Easel check who it talks to: the slim image need not have it.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data easel \
 && install --directory --owner easel --mode 700 /data
COPY --from=build /opt/easel /opt/easel
# 0.0.0.0 is the container's own network: compose.yaml publishes it on the host's loopback address alone.
ENV PATH=/opt/easel/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EASEL_DATA_DIR=/data \
    EASEL_WEB_HOST=0.0.0.0 \
    EASEL_LOG_FORMAT=json
USER easel
WORKDIR /data
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s CMD ["easel", "health"]
CMD ["easel", "run"]
