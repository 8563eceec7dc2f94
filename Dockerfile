# The service on servers of your own (see compose.yaml). It starts with the same commands as without a container.
FROM node:24-bookworm-slim AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-fund --no-audit
COPY . .
RUN npm run -s console:build

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends espeak-ng sox \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-fund --no-audit && npm cache clean --force
COPY . .
COPY --from=console /app/dist dist
RUN mkdir -p /data && chown node:node /data
USER node
ENV DATA_DIR=/data HTTP_ADDRESS=0.0.0.0:9620
VOLUME /data
EXPOSE 9620
HEALTHCHECK CMD node -e "fetch('http://127.0.0.1:9620/health/live').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
CMD ["node", "src/bin/server.ts"]
