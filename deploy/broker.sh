#!/bin/sh
# Start the broker with the password that stands in REDIS_URL's secret file (redis://:PASSWORD@…).
# It goes through a file in memory: a command line would show it to everybody on the machine.
set -eu
password=$(sed -n 's|^rediss\{0,1\}://[^:]*:\([^@]*\)@.*|\1|p' "${REDIS_URL_FILE:?}")
[ -n "$password" ] || { echo "broker: $REDIS_URL_FILE holds no redis://:PASSWORD@… address" >&2; exit 1; }
config=${BROKER_CONFIG:-/tmp/broker.conf}
umask 077
printf 'requirepass %s\n' "$password" > "$config"
# Queues survive a kill but for the last second, which the sweeps make up for; nothing is evicted.
exec valkey-server "$config" --appendonly yes --appendfsync everysec --save "" \
    --maxmemory "${BROKER_MEMORY:-256mb}" --maxmemory-policy noeviction "$@"
