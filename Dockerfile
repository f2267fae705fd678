FROM python:3.12-slim

RUN useradd --create-home --uid 10001 steward
WORKDIR /opt/steward
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
# Pictures of the timeline: --build-arg EXTRAS='[charts]'
ARG EXTRAS=""
RUN pip install --no-cache-dir --editable ".${EXTRAS}" \
 && mkdir data && chown steward data

USER steward
VOLUME /opt/steward/data
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
