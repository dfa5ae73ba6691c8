#!/usr/bin/env bash
# Gives each user of Kafka the password of its file, with Kafka's own tool. Passwords come from files: a command line is for everybody to read.
set -euo pipefail
for file in /run/kafka-users/*.properties; do
  user=$(basename "$file" .properties)
  /opt/kafka/bin/kafka-configs.sh --bootstrap-server kafka:9094 --command-config /mnt/shared/config/users.properties \
    --alter --entity-type users --entity-name "$user" --add-config-file "$file"
done
