# Listonosz on Telegram by long polling: no port is opened, no secret is baked in.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN python -m venv /opt/listonosz \
 && /opt/listonosz/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt -r requirements/build.txt
COPY pyproject.toml hatch_build.py README.md LICENSE CHANGELOG.md ./
COPY knowledge knowledge
COPY bot bot
RUN /opt/listonosz/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --create-home listonosz
COPY --from=build /opt/listonosz /opt/listonosz
USER listonosz
ENV PATH=/opt/listonosz/bin:$PATH PYTHONUNBUFFERED=1
STOPSIGNAL SIGTERM
ENTRYPOINT ["listonosz"]
CMD ["telegram"]
