#!/bin/sh
# Starts one of two databases, SELF by name; PEER is the other. Words of the command are handed to PostgreSQL.
# Without data it becomes a copy of a peer that takes writes; where nobody answers, the one with FIRST=1 makes a new cluster and the other waits.
# It never starts beside a peer that takes writes as if it were the first still: after a fail-over the old one is made a copy by removing its volume.
set -eu
umask 077
export PGPASSFILE=/tmp/pgpass
password=$(sed 's/[\\:]/\\&/g' /run/secrets/POSTGRES_REPLICATION_PASSWORD)
printf '*:*:*:gd_replication:%s\n' "${password:?}" > "$PGPASSFILE"
connection="host=$PEER port=5432 user=gd_replication application_name=$SELF connect_timeout=3"

# Whether the peer only copies: t, f, or away.
peer() {
    psql --no-psqlrc --tuples-only --no-align --no-password "$connection dbname=postgres" --command 'SELECT pg_is_in_recovery()' 2>/dev/null || echo away
}

refuse() {
    echo "postgres.sh: $1 (docs/operations.md, When something fails)" >&2
    exit 1
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    found=$(peer)
    while [ "$found" = away ] && [ "${FIRST:-0}" != 1 ]; do
        echo "postgres.sh: waiting for $PEER" >&2
        sleep 3
        found=$(peer)
    done
    case $found in
    f)
        rm -rf "$PGDATA.new"
        mkdir -p "$(dirname "$PGDATA")"
        pg_basebackup --pgdata="$PGDATA.new" --dbname="$connection" --no-password --wal-method=stream --checkpoint=fast --write-recovery-conf
        rmdir "$PGDATA" 2>/dev/null || true
        mv "$PGDATA.new" "$PGDATA"
        ;;
    t) refuse "no data here, and $PEER only copies: let it take writes first" ;;
    esac
elif [ ! -e "$PGDATA/standby.signal" ] && [ "$(peer)" = f ]; then
    refuse "$PEER takes writes: keep what is in this volume, remove it, and this one becomes a copy"
fi
exec docker-entrypoint.sh postgres "$@"
