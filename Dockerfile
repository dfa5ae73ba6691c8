# Two images of one tree. `haven` runs the services and the command `haven`; `haven-setup` holds what an operator needs once (making
# secrets) and what a first try needs (an OpenID provider with invented people): no code of a demonstration is where people's files are.
FROM node:24-bookworm-slim AS tree
WORKDIR /haven
ENV CI=true npm_config_update_notifier=false
# What the lockfile names and nothing else; it was held against the registry's policies where it was written. The optional packages are
# Node itself, for checkouts.
ENV install="pnpm install --frozen-lockfile --trust-lockfile --no-optional --store-dir /pnpm --reporter=append-only"
# pnpm at the version that package.json names, from the registry that npm is set to.
COPY package.json ./
RUN npm install --global --loglevel=error "$(node --print 'require("./package.json").packageManager')"
COPY . .

# Prisma's generator is a development dependency and stays behind here. It asks for an engine that migrates, which Haven does not use.
FROM tree AS generated
ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true PRISMA_HIDE_UPDATE_MESSAGE=1 CHECKPOINT_DISABLE=1
RUN --mount=type=cache,id=haven-pnpm,target=/pnpm \
    $install --filter './services/*' \
 && pnpm --recursive --filter './services/*' run generate \
 && rm -rf services/*/node_modules

# What runs needs no types, no maps, and of Prisma's query compilers only PostgreSQL's.
FROM tree AS services
RUN --mount=type=cache,id=haven-pnpm,target=/pnpm \
    $install --prod --filter-prod '{./services/*}...' --filter-prod '@haven/cli...'
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && find node_modules/.pnpm/@prisma+client@*/node_modules/@prisma/client/runtime -type f \
      \( -name 'query_compiler_*' ! -name 'query_compiler_fast_bg.postgresql.*mjs' -o -name 'wasm-compiler-edge*' \) -delete \
 && rm -rf infra/issuer infra/compose/src packages/testkit packages/authority
COPY --from=generated /haven/services services

FROM tree AS setup
RUN --mount=type=cache,id=haven-pnpm,target=/pnpm \
    $install --prod --filter-prod '@haven/compose...'
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && rm -rf services

# What both images have in common. Everything belongs to root and is read only for whoever runs it: `node`, or any other user by --user.
FROM node:24-bookworm-slim AS base
WORKDIR /haven
ENV NODE_ENV=production
ARG VERSION=0.1.0 COMMIT=
LABEL org.opencontainers.image.title="Haven" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}"
ENV HAVEN_COMMIT=${COMMIT}
USER node
STOPSIGNAL SIGTERM
# kafkajs counts on a clock that may run backwards; Node sets such a timer to 1 ms and says so each time.
ENTRYPOINT ["node", "--disable-warning=TimeoutNegativeWarning"]

FROM base AS haven-setup
COPY --from=setup /haven .
CMD ["infra/compose/src/init.ts", "--help"]

FROM base AS haven
COPY --from=services /haven .
CMD ["packages/cli/src/main.ts", "--help"]
