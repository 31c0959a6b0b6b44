#!/bin/sh
# Health check of the broker: a ping with its password, which stays out of the command line.
password=$(sed -n 's/^requirepass //p' "${BROKER_CONFIG:-/tmp/broker.conf}")
REDISCLI_AUTH="$password" valkey-cli "$@" ping | grep -q PONG
