#!/bin/sh
# Make the secrets of a new installation, a file each, in deploy/secrets/. What is there already stays.
# The folder is closed to all but its owner; the files are open inside it, because containers read them
# under users of their own.
set -eu
folder=${1:-"$(dirname "$0")/secrets"}
mkdir -p "$folder"
chmod 700 "$folder"

random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
keep() { # NAME VALUE: write once
    [ -e "$folder/$1" ] || printf '%s' "$2" > "$folder/$1"
    chmod 444 "$folder/$1"
}

for name in secret_key hash_key sms_report_secret metrics_token; do
    keep "$name" "$(random)$(random | tr -d =)"
done
keep field_keys "$(random)" # a Fernet key: 32 bytes, URL-safe base64
keep postgres_password "$(random | tr -d =)"
keep postgres_admin_password "$(random | tr -d =)"
keep redis_url "redis://:$(random | tr -d =)@broker:6379/0"
# To be filled in by hand; empty means that it is not used.
for name in sms_gateway_token email_url sentry_dsn backup_s3_secret_key media_s3_url alert_wecom_key \
    wecom_secret wecom_token wecom_aes_key; do
    keep "$name" ""
done
echo "Secrets are in $folder. Keep a copy of hash_key and field_keys in the safe: without them a backup's" \
    "names and phones stay closed."
