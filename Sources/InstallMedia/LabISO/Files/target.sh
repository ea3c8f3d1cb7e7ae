# shellcheck shell=bash
# What is written into the installed system below TARGET.

in_target() {
    chroot "$TARGET" "$@"
}

# Writes standard input to a file of the target, with its folder and a mode.
put() {
    local mode=$1 path=$TARGET$2
    mkdir -p "${path%/*}"
    cat >"$path"
    chmod "$mode" "$path"
}

unpack_root() {
    local tar=$MEDIUM/lab/debian13.tar.zst
    [[ -f $tar ]] || fail "the medium lacks lab/debian13.tar.zst"
    { zstd -dc "$tar" | tar -x -C "$TARGET" --numeric-owner --xattrs --xattrs-include='security.capability'; } \
        >>"$LOGS/bootstrap.log" 2>&1 || fail "the root file system could not be unpacked: $(tail -n 1 "$LOGS/bootstrap.log")"
    step bootstrap mount --bind /dev "$TARGET/dev"
    step bootstrap mount -t proc proc "$TARGET/proc"
    step bootstrap mount -t sysfs sysfs "$TARGET/sys"
    step bootstrap mount -t tmpfs -o mode=755 tmpfs "$TARGET/run"
    step bootstrap cp -a "$LIB/../target/." "$TARGET/"
    # The ESP is mounted when somebody looks: that keeps its check and mount out of every boot.
    put 644 /etc/fstab <<END
$(root_mounts)
UUID=$ESP_UUID /boot/efi vfat umask=0077,noauto,x-systemd.automount,x-systemd.idle-timeout=60 0 0
END
}

configure_network() {
    local host domain name
    host=${ANSWERS[KLDLOAD_HOSTNAME]-}
    domain=${ANSWERS[KLDLOAD_DOMAIN]-}
    name=$host${domain:+.$domain $host}
    put 644 /etc/hostname <<<"$host"
    put 644 /etc/hosts <<END
127.0.0.1 localhost
127.0.1.1 $name
::1 localhost ip6-localhost ip6-loopback
END
    [[ ${ANSWERS[KLDLOAD_NET_METHOD]-dhcp} == static ]] || return 0
    [[ -n ${ANSWERS[KLDLOAD_NET_IP]-} ]] || fail "KLDLOAD_NET_METHOD=static needs KLDLOAD_NET_IP"
    put 644 /etc/systemd/network/70-kldload.network <<END
[Match]
Name=$(answer KLDLOAD_NET_IFACE "en* eth*")

[Network]
Address=${ANSWERS[KLDLOAD_NET_IP]-}/${ANSWERS[KLDLOAD_NET_PREFIX]-24}
${ANSWERS[KLDLOAD_NET_GW]:+Gateway=${ANSWERS[KLDLOAD_NET_GW]}}
$(printf 'DNS=%s\n' $(answer KLDLOAD_NET_DNS 1.1.1.1,8.8.8.8 | tr ',' ' '))
END
}

configure_access() {
    local user home
    user=${ANSWERS[KLDLOAD_USERNAME]-}
    home=/home/$user
    in_target id "$user" >/dev/null 2>&1 \
        || step security chroot "$TARGET" useradd --create-home --shell /bin/bash --groups sudo,adm,systemd-journal "$user"
    make_home "$user"
    printf '%s:%s\n' "$user" "${ANSWERS[KLDLOAD_PASSWORD]-}" | in_target chpasswd >>"$LOGS/security.log" 2>&1 \
        || fail "the password of $user could not be set"
    [[ $PASSWORD_EXPIRED != yes ]] || step security chroot "$TARGET" chage -d 0 "$user"
    if [[ -n ${ANSWERS[KLDLOAD_ROOT_PASSWORD]-} ]]; then
        printf 'root:%s\n' "${ANSWERS[KLDLOAD_ROOT_PASSWORD]-}" | in_target chpasswd >>"$LOGS/security.log" 2>&1 \
            || fail "the password of root could not be set"
    fi
    put 440 /etc/sudoers.d/kldload-admin <<<"$user ALL=(ALL:ALL) NOPASSWD: ALL"
    put 644 /etc/ssh/sshd_config.d/10-kldload.conf <<'END'
PermitRootLogin prohibit-password
PasswordAuthentication yes
END
    authorize "$user" "$home" "${ANSWERS[KLDLOAD_SSH_PUBKEY]-}" "${ANSWERS[KLDLOAD_ADMIN_SSH_KEYS]-}"
    if [[ -z ${ANSWERS[KLDLOAD_ADMIN_SSH_PUBKEY]-} ]]; then
        mkdir -p -m 700 "$TARGET/etc/kldload/secrets"
        step security ssh-keygen -q -t ed25519 -N "" -C kldload-admin -f "$TARGET/etc/kldload/secrets/admin_ed25519"
        ANSWERS[KLDLOAD_ADMIN_SSH_PUBKEY]=$(cat "$TARGET/etc/kldload/secrets/admin_ed25519.pub")
    fi
    authorize root /root "${ANSWERS[KLDLOAD_ADMIN_SSH_PUBKEY]-}"
}

# Lets keys log in as a user.
authorize() {
    local user=$1 home=$2
    shift 2
    [[ -n $* ]] || return 0
    mkdir -p -m 700 "$TARGET$home/.ssh"
    printf '%s\n' "$@" | grep -v '^$' | put 600 "$home/.ssh/authorized_keys"
    step security chroot "$TARGET" chown -R "$user:" "$home/.ssh"
}

configure_profile() {
    local zone locale packages
    zone=${ANSWERS[KLDLOAD_TIMEZONE]-}
    [[ $zone != *..* && -f $TARGET/usr/share/zoneinfo/$zone ]] || { log "unknown time zone; using UTC"; zone=UTC; }
    ln -sfn "/usr/share/zoneinfo/$zone" "$TARGET/etc/localtime"
    put 644 /etc/timezone <<<"$zone"
    locale=${ANSWERS[KLDLOAD_LOCALE]-}
    case $locale in
    C.UTF-8 | C.utf8 | C | POSIX) ;;
    *) log "locale $locale is not generated on this medium; using C.UTF-8"; locale=C.UTF-8 ;;
    esac
    put 644 /etc/default/locale <<<"LANG=$locale"
    put 644 /etc/default/keyboard <<END
XKBMODEL="pc105"
XKBLAYOUT="${ANSWERS[KLDLOAD_KEYBOARD_LAYOUT]-us}"
XKBVARIANT="${ANSWERS[KLDLOAD_KEYBOARD_VARIANT]-}"
END
    configure_first_boot
    if [[ ${ANSWERS[LAB_CLOUD_INIT]-1} == 0 ]]; then
        step profile chroot "$TARGET" dpkg --purge cloud-init
        rm -rf "$TARGET/etc/cloud" "$TARGET/var/lib/cloud"
    fi
    packages=$(answer KLDLOAD_EXTRA_PACKAGES | tr ',' ' ')
    [[ -z ${packages// /} ]] || install_packages "$packages"
    configure_agent
}

# Runs a command in the target without questions; its failure is the caller's to judge.
step_softly() {
    local name=$1
    shift
    in_target env DEBIAN_FRONTEND=noninteractive "$@" >>"$LOGS/$name.log" 2>&1 </dev/null
}

# Extra packages are wished for, not required: what cannot be installed is only logged.
install_packages() {
    local package missing=()
    for package in $1; do
        [[ $package == cloud-init && ${ANSWERS[LAB_CLOUD_INIT]-1} == 0 ]] && continue
        [[ $package =~ ^[a-z0-9][a-z0-9+.-]+$ ]] || { log "WARNING: '$package' is no package name"; continue; }
        [[ -e $TARGET/var/lib/dpkg/info/$package.list || -e $TARGET/var/lib/dpkg/info/$package:amd64.list ]] || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if ! compgen -G '/sys/class/net/*/device' >/dev/null; then
        log "WARNING: extra packages were not installed: ${missing[*]} (this machine has no network card)"
        return 0
    fi
    kldload-network-up >>"$LOGS/profile.log" 2>&1
    cp -L /etc/resolv.conf "$TARGET/run/resolv.conf" 2>/dev/null
    mkdir -p "$TARGET/run/systemd/resolve" && cp -L /etc/resolv.conf "$TARGET/run/systemd/resolve/stub-resolv.conf" 2>/dev/null
    printf '#!/bin/sh\nexit 101\n' | put 755 /usr/sbin/policy-rc.d
    step_softly profile apt-get -q update
    # All at once is quicker; one by one, so that a wrong name does not keep the others away.
    if ! step_softly profile apt-get -q -y install "${missing[@]}"; then
        for package in "${missing[@]}"; do
            step_softly profile apt-get -q -y install "$package" \
                || log "WARNING: extra package was not installed: $package"
        done
    fi
    rm -f "$TARGET/usr/sbin/policy-rc.d"
}

# The profile core has no first-boot work.
configure_first_boot() {
    local unit units=$TARGET/etc/systemd/system wants=$TARGET/etc/systemd/system/multi-user.target.wants
    mkdir -p "$units/ssh.service.wants"
    ln -sf /usr/lib/systemd/system/kldload-ssh-host-keys.service "$units/ssh.service.wants/kldload-ssh-host-keys.service"
    [[ ${ANSWERS[KLDLOAD_PROFILE]-} != core ]] || return 0
    for unit in kldload-firstboot kldload-autodeploy kldload-smoke-firstboot; do
        ln -sf "/usr/lib/systemd/system/$unit.service" "$wants/$unit.service"
    done
}

configure_agent() {
    local units=$TARGET/etc/systemd/system
    if has_fault target-no-agent; then
        ln -sf /dev/null "$units/qemu-guest-agent.service"
    elif has_fault target-agent-blocked; then
        put 644 /etc/sysconfig/qemu-ga <"$LIB/qemu-ga.sysconfig"
        put 644 /etc/systemd/system/qemu-guest-agent.service <"$LIB/qemu-ga-blocked.service"
    fi
}

write_records() {
    local version disk
    version=$(cat "$MEDIUM/VERSION")
    put 644 /etc/kldload/VERSION <<<"$version"
    disk=${ANSWERS[KLDLOAD_DISK]-}
    put 644 /etc/kldload/profile <<<"${ANSWERS[KLDLOAD_PROFILE]-}"
    boot_environment | put 644 /etc/kldload/boot-environment
    {
        echo "KLDLOAD_INSTALLED=1"
        echo "KLDLOAD_INSTALL_DATE=\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\""
        echo "KLDLOAD_INSTALL_DISK=\"$disk\""
        echo "KLDLOAD_INSTALLER_VERSION=\"$version\""
        answers_print redacted | grep -E '^KLDLOAD_(DISK_STABLE|DISTRO|PROFILE|HOSTNAME|USERNAME|NET_[A-Z]+|ZFS_[A-Z_]+|ENABLE_[A-Z0-9]+)='
    } | put 640 /etc/kldload/install-manifest.env
    put 644 /etc/kldload/install.attest <<END
iso_version = $version
iso_sha256 = $(cat "$MEDIUM/lab/squashfs.img.sha256")
date = $(date -u +%Y-%m-%dT%H:%M:%SZ)
disk = $disk
distro = debian
profile = ${ANSWERS[KLDLOAD_PROFILE]-}
END
    put 644 /etc/kldload-release <<END
kldload_version = $version
iso_name = $(sed -n 's/^iso_name = //p' "$MEDIUM/etc/kldload/VERSION")
iso_built_at = $(sed -n 's/^built_at = //p' "$MEDIUM/etc/kldload/VERSION")
installed_at = $(date -u +%Y-%m-%dT%H:%M:%SZ)
requested_distro = ${ANSWERS[KLDLOAD_DISTRO]-}
requested_release = ${ANSWERS[KLDLOAD_SUITE]-trixie}
requested_profile = ${ANSWERS[KLDLOAD_PROFILE]-}
requested_secureboot = ${ANSWERS[KLDLOAD_ENABLE_SECURE_BOOT]-1}
END
}
