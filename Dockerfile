FROM python:3.12-slim

RUN useradd --create-home --uid 10001 steward
WORKDIR /opt/steward
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
RUN pip install --no-cache-dir --editable . \
 && mkdir data && chown steward data

USER steward
VOLUME /opt/steward/data
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
