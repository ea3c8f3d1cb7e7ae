# shellcheck shell=bash
# The installer's talk: log, phases, result, faults and ends.

FINISHED=
STEP=0

log() {
    local line
    printf -v line '[%(%Y-%m-%d %H:%M:%S)T] %s' -1 "$*"
    printf '%s\n' "$line" >>"$LOGS/kldload-installer.log"
    printf '%s\n' "$line" >&2
}

fail() {
    FAILURE=$*
    log "ERROR: $*"
    exit 1
}

# Runs a command whose output goes to the log NAME.log; its failure ends the installation.
step() {
    local name=$1
    shift
    "$@" >>"$LOGS/$name.log" 2>&1 </dev/null || fail "$* ended with $?: $(tail -n 1 "$LOGS/$name.log")"
}

start_installation() {
    FAILURE=
    mkdir -p "$LOGS" "$RUN" "${BUSY%/*}"
    rm -f "$RUN/install-result" "$RUN/install-phase" "$RUN/install-steps"
    echo $$ >"$BUSY"
}

phase() {
    STEP=$((STEP + 1))
    printf '%s\n' "$1" >"$RUN/install-phase"
    printf '%(%s)T\t%s\t%s\n' -1 "$1" "${2-}" >>"$RUN/install-steps"
    log "[$STEP/6] $1: ${2-}"
}

record_result() {
    printf '%s\t%s\t%(%s)T\t%s\n' "$1" "$2" -1 "$3" >"$RUN/install-result.new"
    mv "$RUN/install-result.new" "$RUN/install-result"
}

finish_installation() {
    local status=$1
    trap - EXIT
    rm -f "$BUSY"
    [[ $FINISHED == dry ]] && exit 0
    if [[ $status -ne 0 || $FINISHED != yes ]]; then
        [[ $status -ne 0 ]] || status=1
        record_result failed "$status" "${FAILURE:-stopped by a signal or a command that failed}"
        log "Install FAILED"
        printf '✖ Installation failed (exit %s)\n' "$status" >&2
        release_target
        exit "$status"
    fi
    log "Install complete"
    log "Install completed successfully"
    mkdir -p "$TARGET/root/kldload-install-logs"
    cp "$LOGS"/* "$TARGET/root/kldload-install-logs/"
    release_target
    record_result succeeded 0 "Install completed successfully"
    mkdir -p /var/lib/kldload-installer
    touch /var/lib/kldload-installer/install-done
    printf 'Installation complete!\n' >&2
    end_live_system
    exit 0
}

# Stays, powers off or reboots. The medium this stands in for leaves a reader 10 s before the end; nobody reads here, so
# the lab leaves 1 s, enough for the console's last lines.
end_live_system() {
    local drive
    if [[ ${ANSWERS[KLDLOAD_NO_AUTO_REBOOT]-0} == 1 ]]; then
        log "Staying in the live system (KLDLOAD_NO_AUTO_REBOOT=1)"
        return
    fi
    for drive in /dev/sr*; do
        [[ -b $drive ]] && { eject -i off "$drive"; eject "$drive"; } >/dev/null 2>&1
    done
    sleep 1
    if [[ ${ANSWERS[KLDLOAD_ENABLE_SECURE_BOOT]-1} == 1 && ! -e /etc/kldload/autoinstall.env ]]; then
        log "Powering off"
        systemctl --no-block poweroff
    else
        log "Rebooting"
        systemctl --no-block reboot
    fi
}

has_fault() {
    local faults=${ANSWERS[LAB_FAULT]-}
    [[ $(cat /proc/cmdline) =~ (^|[[:space:]])lab\.fault=([a-z,-]+) ]] && faults+=",${BASH_REMATCH[2]}"
    [[ ",$faults," == *",$1,"* ]]
}

fault_after_storage() {
    if has_fault hang; then
        sync
        exec sleep infinity
    fi
    if has_fault reboot-loop; then
        sync
        systemctl --force --force reboot
        exec sleep infinity
    fi
}

# Fills what may be left out.
complete_answers() {
    ANSWERS[KLDLOAD_HOSTNAME]=${ANSWERS[KLDLOAD_HOSTNAME]-kldload}
    ANSWERS[KLDLOAD_HOSTNAME]=${ANSWERS[KLDLOAD_HOSTNAME],,}
    [[ -n ${ANSWERS[KLDLOAD_USERNAME]-} ]] || ANSWERS[KLDLOAD_USERNAME]=admin
    [[ -n ${ANSWERS[KLDLOAD_PROFILE]-} ]] || ANSWERS[KLDLOAD_PROFILE]=server
    [[ -n ${ANSWERS[KLDLOAD_TIMEZONE]-} ]] || ANSWERS[KLDLOAD_TIMEZONE]=UTC
    [[ -n ${ANSWERS[KLDLOAD_LOCALE]-} ]] || ANSWERS[KLDLOAD_LOCALE]=en_US.UTF-8
    [[ -n ${ANSWERS[KLDLOAD_DISK]-} ]] || ANSWERS[KLDLOAD_DISK]=${ANSWERS[KLDLOAD_DISK_STABLE]-}
    PASSWORD_EXPIRED=
    if [[ -z ${ANSWERS[KLDLOAD_PASSWORD]-} ]]; then
        ANSWERS[KLDLOAD_PASSWORD]=admin
        PASSWORD_EXPIRED=yes
    fi
}
