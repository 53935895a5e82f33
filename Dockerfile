# One image for every process of the mall; compose.yaml says which one a container runs.
# tools/compose_check.ts proves that what is copied here is all that the processes load.

FROM denoland/deno:2.9.6 AS dependencies
WORKDIR /app
ENV DENO_DIR=/deno-dir
COPY deno.json deno.lock ./
# What only the developer's machine needs (two thirds of the size) is left out. The versions and
# checksums of the rest are deno.lock's; CI has proved that it fits the whole deno.json.
RUN sed -i -E '/"(@bufbuild\/buf|@bufbuild\/protoc-gen-es|cli-progress|embedded-postgres|fast-check|yaml)": /d' deno.json \
  && deno install

FROM dependencies AS image
COPY proto/gen proto/gen
COPY shared shared
COPY services services
COPY bff bff
COPY dev/provision.ts dev/databases.ts dev/wait.ts dev/
COPY tools/health_check.ts tools/
# Transpiled now, because a container may write nothing. --frozen: nothing new may be resolved.
RUN deno cache --frozen services/*/main.ts bff/main.ts dev/provision.ts tools/health_check.ts \
  && chmod -R a+rX,go-w /app /deno-dir

FROM denoland/deno:2.9.6
WORKDIR /app
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 DENO_NO_PROMPT=1
# Owned by root: a process cannot change its own code.
COPY --from=image /deno-dir /deno-dir
COPY --from=image /app /app
USER deno
ENTRYPOINT ["deno"]
