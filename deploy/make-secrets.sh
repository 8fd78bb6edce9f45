#!/bin/sh
# Makes the secrets of a deployment that are missing; one that is there is never touched.
#
#   deploy/make-secrets.sh [FOLDER]        (deploy/secrets unless given)
#
# The folder is closed to everybody else on this machine; the files in it are not, because each container reads those
# that it is given under a user of its own. They end without a line break.
set -eu

folder="${1:-$(dirname "$0")/secrets}"
mkdir -p "$folder"
chmod 700 "$folder"
umask 022

random() { # BYTES: so many random bytes, as URL-safe base64
    head -c "$1" /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'
}

keep() { # NAME TEXT
    if [ -e "$folder/$1" ]; then
        echo "kept  $folder/$1"
    else
        printf '%s' "$2" > "$folder/$1.new"
        mv "$folder/$1.new" "$folder/$1"
        echo "made  $folder/$1"
    fi
}

keep postgres_password "$(random 24)"
keep metadata_db_url "postgresql+psycopg2://airflow:$(random 24)@metadata-db:5432/airflow"
keep fernet_key "$(random 32)"
keep jwt_secret "$(random 72)"
keep api_secret_key "$(random 48)"
keep admin_password "$(random 12)"
keep connections.json "{
  \"campaign_db\": {
    \"conn_type\": \"postgres\", \"host\": \"campaign-db\", \"port\": 5432, \"schema\": \"campaign\",
    \"login\": \"campaign\", \"password\": \"$(random 24)\"
  }
}
"
echo "Now add campaign_smtp, ministry_ledger and registry_<code> to $folder/connections.json: docs/deployment.md"
