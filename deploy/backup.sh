#!/bin/sh
# Dump the database once a day; a dump that broke off never looks like a whole one.
set -u
while :; do
	target="/backups/wangguan-$(date +%F).dump"
	pg_dump --format custom --file "$target.partial" && mv "$target.partial" "$target"
	find /backups -name '*.dump' -mtime +30 -delete
	sleep 86400
done
