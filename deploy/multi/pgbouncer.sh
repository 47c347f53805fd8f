#!/bin/sh
# Starts PgBouncer; the password of the portal's role comes from its file into one in memory.
set -eu
umask 077
password=$(sed 's/"/""/g' /run/secrets/GD_DATABASE_PASSWORD)
printf '"greendistrict_app" "%s"\n' "${password:?}" > /tmp/userlist.txt
exec pgbouncer /etc/greendistrict/pgbouncer.ini
