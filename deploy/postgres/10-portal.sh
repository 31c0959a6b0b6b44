#!/bin/sh
# Run once, when the cluster is made: the portal owns its database and is nobody's superuser.
# It may still make the extension it needs: btree_gist is trusted.
set -eu
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
\set password \`cat "${PORTAL_PASSWORD_FILE:?}"\`
CREATE ROLE wangguan LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE wangguan OWNER wangguan;
REVOKE ALL ON DATABASE wangguan FROM PUBLIC;
ALTER ROLE wangguan SET idle_in_transaction_session_timeout = '5min';
SQL
