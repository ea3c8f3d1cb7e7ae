#!/bin/sh
# list-identities.sh: prints what this system has that no other may have.
#
# A line for each: KIND, tab, ITEM, tab, the SHA-256 of it. No value itself is printed: some are secrets. KIND, tab, `wanted`
# says that a system such as this must have some.
set -u

# digest KIND ITEM: prints the line for what comes in.
digest() { printf '%s\t%s\t%s\n' "$1" "$2" "$(sha256sum | cut -c 1-64)"; }
# of_file KIND FILE: for a file that is there and holds something.
# shellcheck disable=SC2094
of_file() { [ ! -s "$2" ] || digest "$1" "$2" <"$2"; }
# of_text KIND ITEM TEXT: for a text that is not empty.
of_text() { [ -z "$3" ] || printf '%s' "$3" | digest "$1" "$2"; }

machine_id() {
    printf 'machine-id\twanted\n'
    for file in /etc/machine-id /var/lib/dbus/machine-id; do
        [ -L "$file" ] || grep -qsx uninitialized "$file" || of_file machine-id "$file"
    done
}

ssh_host_keys() {
    for unit in ssh.service sshd.service ssh.socket sshd.socket; do
        ! systemctl is-enabled --quiet "$unit" 2>/dev/null || { printf 'ssh-host-keys\twanted\n'; break; }
    done
    for file in /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub; do of_file ssh-host-keys "$file"; done
}

# A seed is written anew at each boot, so that its content tells nothing; one that is older than the boot is known by its
# birth, which all who start with it have in common.
random_seed() {
    boot=$(sed -n 's/^btime //p' /proc/stat)
    for file in /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/urandom/random-seed \
        /boot/efi/loader/random-seed /efi/loader/random-seed /boot/loader/random-seed; do
        birth=$(stat -c %W "$file" 2>/dev/null)
        case "$birth" in '' | *[!0-9]*) birth=0 ;; esac
        if [ "$birth" -gt 0 ] && [ "$birth" -lt "$boot" ]; then
            of_text random-seed "$file" "$(stat -c %w "$file")"
        else
            of_file random-seed "$file"
        fi
    done
}

# has_card: whether there is a network card.
has_card() { for card in /sys/class/net/*/device; do [ ! -e "$card" ] || return 0; done; return 1; }

# By what a DHCP server knows a client. Of networkd's, the first five bytes name the card, and the rest the system.
dhcp_identity() {
    if has_card && systemctl is-active --quiet systemd-networkd.service; then
        left=20
        until cat /run/systemd/netif/leases/* >/dev/null 2>&1 || [ "$left" = 0 ]; do left=$((left - 1)); sleep 1; done
        for lease in /run/systemd/netif/leases/*; do
            [ -f "$lease" ] || continue
            of_text dhcp-identity networkd "$(sed -n -e 's/^CLIENTID=ff.\{8\}//p' -e 's/^CLIENTID=//p' "$lease" | head -n 1)"
        done
    fi
    if command -v nmcli >/dev/null; then
        of_text dhcp-identity NetworkManager \
            "$(nmcli --terse --fields DHCP4,DHCP6 device show 2>/dev/null | sed -n 's/.*dhcp6*_client_i[a-z]* = //p')"
    fi
    of_file dhcp-identity /var/lib/NetworkManager/secret_key
    for file in /var/lib/dhcpcd/duid /etc/dhcpcd.duid /var/lib/dhcpcd/secret; do of_file dhcp-identity "$file"; done
    for lease in /var/lib/dhcp/dhclient*.lease* /var/lib/dhclient/dhclient*.lease*; do
        [ ! -f "$lease" ] || of_text dhcp-identity "$lease" "$(sed -n 's/^default-duid //p' "$lease" | head -n 1)"
    done
}

iscsi_initiator() {
    file=/etc/iscsi/initiatorname.iscsi
    [ ! -f "$file" ] || of_text iscsi-initiator "$file" "$(sed -n 's/^InitiatorName=//p' "$file")"
}

nvme_host() { for file in /etc/nvme/hostnqn /etc/nvme/hostid; do of_file nvme-host "$file"; done; }

# What kldload's first boot makes: a CA, certificates and keys. Other files in these folders are the same everywhere.
kldload_keys() {
    find /etc/kldload /etc/wireguard -type f -size -256k 2>/dev/null | head -n 2000 | while read -r file; do
        case "$file" in
        *.key) ;;
        *) grep -qse '-----BEGIN .*PRIVATE KEY' -e '-----BEGIN CERTIFICATE' "$file" || continue ;;
        esac
        of_file kldload-keys "$file"
    done
}

host_id() { of_file hostid /etc/hostid; }

user_keys() {
    for file in /root/.ssh/id_* /home/*/.ssh/id_*; do
        case "$file" in *.pub) ;; *) of_file user-keys "$file" ;; esac
    done
}

pool_guid() {
    command -v zpool >/dev/null || return 0
    zpool list -H -o name,guid 2>/dev/null | while read -r name guid; do of_text pool-guid "$name" "$guid"; done
}

machine_id
ssh_host_keys
random_seed
dhcp_identity
iscsi_initiator
nvme_host
kldload_keys
host_id
user_keys
pool_guid
exit 0
