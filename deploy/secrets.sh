#!/bin/sh
# Makes the secrets of docker-compose.yml and deploy/compose.multi.yml that are missing, each a file of the folder "secrets" of the project (or
# of the folder given): a value that an .env of before has is taken over, one that the portal cannot do without is made at random, one of
# another's (mail relay, gateways) stays an empty file until it is filled in. What is there is never changed. The folder is its owner's alone;
# the files in it are readable, because containers work as users of their own.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-secrets}
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

# Value of the first of these variables that .env has, without quotes.
of_before() {
    for name in "$@"; do
        value=$([ ! -f .env ] || sed -n "s/^$name=//p" .env | tail -n 1 | sed "s/^\"\(.*\)\"$/\1/; s/^'\(.*\)'$/\1/")
        if [ -n "$value" ]; then
            echo "$folder/$1: taken over from $name in .env, which may go there now" >&2
            printf '%s' "$value"
            return
        fi
    done
}

# keep NAME COMMAND [NAME OF BEFORE]: the file, from .env or by the command.
keep() {
    [ ! -e "$folder/$1" ] || return 0
    value=$(of_before "$1" ${3:-})
    [ -n "$value" ] || value=$(eval "$2")
    printf '%s\n' "$value" > "$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
}

keep SECRET_KEY 'openssl rand -base64 48'
keep GD_FIELD_KEY 'openssl rand -base64 32'
keep GD_RECEIPT_KEY 'openssl rand -base64 32'
keep POSTGRES_SUPERUSER_PASSWORD 'openssl rand -hex 24'
keep GD_OWNER_DATABASE_PASSWORD 'openssl rand -hex 24' POSTGRES_PASSWORD
keep GD_DATABASE_PASSWORD 'openssl rand -hex 24' POSTGRES_APP_PASSWORD
keep GD_REDIS_PASSWORD 'openssl rand -hex 24' REDIS_PASSWORD
keep GD_METRICS_TOKEN 'openssl rand -hex 24'
keep GD_SENTINEL_PASSWORD 'openssl rand -hex 24'
keep POSTGRES_REPLICATION_PASSWORD 'openssl rand -hex 24'
for name in EMAIL_HOST_PASSWORD GD_OIDC_CLIENT_SECRET GD_SMS_KEY_SECRET GD_WECOM_SECRET GD_ADAPTER_TOKENS GD_SIGNING_PASSWORD GD_S3_KEY_SECRET; do
    keep "$name" ''
done
