# The image of the server, the workers and the commands:
#   docker build -t access-mail .
#   docker run access-mail server | worker | migrate | team key website … | doctor
# It runs as an ordinary user and needs a writable /tmp only (docker run --read-only --tmpfs /tmp).

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY tsconfig.json ./
COPY emails emails
COPY scripts scripts
COPY src src
COPY worker worker
RUN npm run build

# The bundles need no packages: Node.js and these files are all there is.
FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY package.json ./
COPY scripts/run.mjs scripts/container.mjs scripts/healthy.mjs scripts/make-secret.mjs scripts/
COPY scripts/launcher scripts/launcher
COPY scripts/support/watch-parent.mjs scripts/support/
COPY --from=build /app/dist dist
# The base image's user `node`, by number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 3000
ENTRYPOINT ["node", "scripts/container.mjs"]
CMD ["server"]
