#!/bin/sh
# Starts a sentinel, SELF by name, which watches over the Redis that WATCHED names at its first start; later it keeps in its file who it is.
# Two of three agree that it is away before another one is named. Passwords are put into the file anew at each start.
set -eu
umask 077
conf=/data/sentinel.conf
if [ ! -s "$conf" ]; then
    cat > "$conf" <<END
port 26379
dir /data
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip $SELF
sentinel monitor greendistrict $WATCHED 6379 2
sentinel down-after-milliseconds greendistrict 5000
sentinel failover-timeout greendistrict 30000
END
fi
own=$(sed 's/[\\"]/\\&/g' /run/secrets/GD_SENTINEL_PASSWORD)
watched=$(sed 's/[\\"]/\\&/g' /run/secrets/GD_REDIS_PASSWORD)
sed -i '/^requirepass /d; /^sentinel auth-pass /d; /^user default /d' "$conf"
printf '\nrequirepass "%s"\nsentinel auth-pass greendistrict "%s"\n' "${own:?}" "${watched:?}" >> "$conf"
exec redis-server "$conf" --sentinel
