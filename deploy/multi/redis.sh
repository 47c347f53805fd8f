#!/bin/sh
# Starts one of two Redis servers, SELF by name; COPY_OF names the other at the first start. Later the sentinels say who copies whom, which
# Redis keeps in its file; passwords are put into it anew at each start.
set -eu
umask 077
conf=/data/redis.conf
if [ ! -s "$conf" ]; then
    printf 'dir /data\nappendonly yes\nreplica-announce-ip %s\n' "$SELF" > "$conf"
    [ -z "${COPY_OF:-}" ] || printf 'replicaof %s 6379\n' "$COPY_OF" >> "$conf"
fi
password=$(sed 's/[\\"]/\\&/g' /run/secrets/GD_REDIS_PASSWORD)
sed -i '/^requirepass /d; /^masterauth /d; /^user default /d' "$conf"
printf '\nrequirepass "%s"\nmasterauth "%s"\n' "${password:?}" "$password" >> "$conf"
exec redis-server "$conf"
