#!/bin/sh
# Runs as root in the installed system.
set -eu

# A server of this kind keeps little of its journal.
mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\nSystemMaxUse=64M\n' > /etc/systemd/journald.conf.d/50-size.conf

echo "provisioned $(. /etc/os-release && echo "$PRETTY_NAME")"
