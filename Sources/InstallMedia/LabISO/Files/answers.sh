# shellcheck shell=bash
# The answers file: one parser for the seed, for late secrets and for --config.
#
# It is read line by line and never sourced: no expansion, no export, no continuation lines. Values land in the
# associative array ANSWERS. Every function that refuses leaves the reason in ANSWERS_ERROR and returns 1.

declare -gA ANSWERS=()
ANSWERS_ERROR=

ANSWERS_DISTROS="arch centos debian fedora rhel rocky ubuntu"
ANSWERS_PROFILES="core server desktop kvm k8s storage ai"
ANSWERS_BOOLEANS="
    KLDLOAD_ALLOW_DUPLICATE_POOL_NAME KLDLOAD_ALLOW_INTERNET_FALLBACK KLDLOAD_BUILD_IMAGES KLDLOAD_BUILD_ZTEST_GOLDENS
    KLDLOAD_DEBIAN_BACKPORTS KLDLOAD_ENABLE_AI KLDLOAD_ENABLE_DEVOPS KLDLOAD_ENABLE_EBPF KLDLOAD_ENABLE_K8S
    KLDLOAD_ENABLE_KVM KLDLOAD_ENABLE_SECURE_BOOT KLDLOAD_ENABLE_WEBUI KLDLOAD_ENABLE_ZFS KLDLOAD_ENABLE_ZXPLORE
    KLDLOAD_K8S_BOOTSTRAP KLDLOAD_KEEP_DARKSITE KLDLOAD_KEEP_NETBOOT KLDLOAD_KEEP_OFFLINE_REPOS KLDLOAD_KLAB_NO_AUTO
    KLDLOAD_KLAB_ZFS_DEV KLDLOAD_NO_AUTO_REBOOT KLDLOAD_SHOW KLDLOAD_STORAGE_MANUAL KLDLOAD_WIREGUARD
    KLDLOAD_ZFS_ENCRYPT LAB_CLOUD_INIT"
ANSWERS_TEXTS="
    KLDLOAD_ADMIN_SSH_KEYS KLDLOAD_ADMIN_SSH_PUBKEY KLDLOAD_CUSTOM_MIRROR_URL KLDLOAD_CUSTOM_REPO KLDLOAD_DEBIAN_MIRROR
    KLDLOAD_DISK KLDLOAD_DISK_STABLE KLDLOAD_DISTRO KLDLOAD_DOMAIN KLDLOAD_ESP_SIZE KLDLOAD_EXPORT_FORMAT
    KLDLOAD_EXTRA_PACKAGES KLDLOAD_FEDORA_RELEASE KLDLOAD_HOSTNAME KLDLOAD_INFRA_MODE KLDLOAD_KEYBOARD_LAYOUT
    KLDLOAD_KEYBOARD_VARIANT KLDLOAD_LOCALE KLDLOAD_MIRROR KLDLOAD_MOK_PASSWORD KLDLOAD_NET_DNS KLDLOAD_NET_GW
    KLDLOAD_NET_IFACE KLDLOAD_NET_IP KLDLOAD_NET_METHOD KLDLOAD_NET_PREFIX KLDLOAD_NVIDIA_DRIVERS KLDLOAD_PASSWORD
    KLDLOAD_PROFILE KLDLOAD_RELEASE KLDLOAD_RHEL_KEY KLDLOAD_RHEL_ORG KLDLOAD_RHEL_PASSWORD KLDLOAD_RHEL_USERNAME
    KLDLOAD_ROOT_PASSWORD KLDLOAD_SECRETS_TIMEOUT KLDLOAD_SSH_PUBKEY KLDLOAD_STORAGE_MODE KLDLOAD_SUITE
    KLDLOAD_TEMPLATE KLDLOAD_TIMEZONE KLDLOAD_USERNAME KLDLOAD_ZBM_TIMEOUT KLDLOAD_ZFS_DATA_DISKS
    KLDLOAD_ZFS_PASSPHRASE KLDLOAD_ZFS_POOL KLDLOAD_ZFS_SPECIAL_DISKS KLDLOAD_ZFS_TOPOLOGY LAB_FAULT"

answers_refuse() {
    ANSWERS_ERROR=$1
    return 1
}

# Puts $1 without blanks at either end into REPLY. A carriage return is no blank: it is refused later, by value.
answers_trim() {
    REPLY=$1
    REPLY=${REPLY#"${REPLY%%[! $'\t']*}"}
    REPLY=${REPLY%"${REPLY##*[! $'\t']}"}
}

# Reads FILE into ANSWERS, over what is there.
answers_load() {
    local file=$1 line number=0 text key value
    [[ -r $file ]] || { answers_refuse "cannot read $file"; return 1; }
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        answers_trim "$line"
        text=$REPLY
        [[ -z $text || $text == '#'* ]] && continue
        [[ $text == *=* ]] || { answers_refuse "line $number of the answers has no '='"; return 1; }
        answers_trim "${text%%=*}"
        key=$REPLY
        answers_trim "${text#*=}"
        value=$REPLY
        [[ $key =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || { answers_refuse "line $number of the answers has no valid key"; return 1; }
        if [[ ${#value} -ge 2 && ( $value == '"'*'"' || $value == "'"*"'" ) ]]; then
            value=${value:1:${#value}-2}
        elif [[ $value == *[[:blank:]]'#'* ]]; then
            answers_refuse "line $number of the answers ($key) has an unquoted value with a blank and '#': quote it"
            return 1
        fi
        ANSWERS[$key]=$value
    done <"$file"
}

# Prints the answer $1, or $2 when it is absent.
answer() {
    printf '%s' "${ANSWERS[$1]-${2-}}"
}

answers_is_secret() {
    case $1 in
    *PASS | *PASSWORD | *PASSPHRASE | *PSK | *SECRET | *TOKEN | *_KEY | *RHEL_USERNAME) return 0 ;;
    esac
    return 1
}

# Prints all answers in file syntax, sorted; with "redacted" the secrets' values are replaced.
answers_print() {
    local key value quote
    while read -r key; do
        value=${ANSWERS[$key]}
        [[ ${1-} == redacted && -n $value ]] && answers_is_secret "$key" && value=__REDACTED__
        quote='"'
        [[ $value == *'"'* ]] && quote="'"
        printf '%s=%s%s%s\n' "$key" "$quote" "$value" "$quote"
    done < <(printf '%s\n' "${!ANSWERS[@]}" | LC_ALL=C sort)
}

answers_one_of() {
    [[ " $2 " == *" $1 "* ]]
}

# Checks the values that both the reader and the installer must refuse.
answers_validate() {
    local key value
    for key in "${!ANSWERS[@]}"; do
        [[ ${ANSWERS[$key]} == *CHANGE-ME* ]] && { answers_refuse "$key still holds CHANGE-ME"; return 1; }
        [[ ${ANSWERS[$key]} == *$'\r'* ]] && { answers_refuse "$key ends in a carriage return: write LF line ends"; return 1; }
    done
    for key in $ANSWERS_BOOLEANS; do
        value=${ANSWERS[$key]-0}
        [[ $value == 0 || $value == 1 ]] || { answers_refuse "$key must be 0 or 1"; return 1; }
    done
    value=${ANSWERS[KLDLOAD_DISTRO]-}
    [[ -n $value ]] || { answers_refuse "no distro: KLDLOAD_DISTRO is missing"; return 1; }
    answers_one_of "$value" "$ANSWERS_DISTROS" || { answers_refuse "unknown distro in KLDLOAD_DISTRO"; return 1; }
    answers_one_of "${ANSWERS[KLDLOAD_PROFILE]-server}" "$ANSWERS_PROFILES" \
        || { answers_refuse "unknown profile in KLDLOAD_PROFILE"; return 1; }
    answers_validate_names && answers_validate_pairs
}

answers_validate_names() {
    local value
    value=${ANSWERS[KLDLOAD_DISK]-/dev/none}
    [[ -z $value || $value =~ ^/dev/[A-Za-z0-9/_.:-]{1,128}$ ]] || { answers_refuse "KLDLOAD_DISK must lie under /dev/"; return 1; }
    value=${ANSWERS[KLDLOAD_HOSTNAME]-kldload}
    [[ $value =~ ^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$ ]] || { answers_refuse "KLDLOAD_HOSTNAME is no host name"; return 1; }
    value=${ANSWERS[KLDLOAD_USERNAME]-admin}
    [[ $value =~ ^[a-z_][a-z0-9_-]{0,31}$ ]] || { answers_refuse "KLDLOAD_USERNAME is no user name"; return 1; }
    value=${ANSWERS[KLDLOAD_NVIDIA_DRIVERS]-auto}
    answers_one_of "$value" "auto 0 1" || { answers_refuse "KLDLOAD_NVIDIA_DRIVERS must be auto, 0 or 1"; return 1; }
    value=${ANSWERS[KLDLOAD_NET_METHOD]-dhcp}
    answers_one_of "$value" "dhcp static" || { answers_refuse "KLDLOAD_NET_METHOD must be dhcp or static"; return 1; }
}

answers_validate_pairs() {
    local value
    value=${ANSWERS[KLDLOAD_ZFS_PASSPHRASE]-}
    [[ -z $value || ${#value} -ge 8 ]] || { answers_refuse "KLDLOAD_ZFS_PASSPHRASE is shorter than 8 characters"; return 1; }
    if [[ -n ${ANSWERS[KLDLOAD_RHEL_USERNAME]-} && -z ${ANSWERS[KLDLOAD_RHEL_PASSWORD]-} ]] \
        || [[ -z ${ANSWERS[KLDLOAD_RHEL_USERNAME]-} && -n ${ANSWERS[KLDLOAD_RHEL_PASSWORD]-} ]]; then
        answers_refuse "KLDLOAD_RHEL_USERNAME and KLDLOAD_RHEL_PASSWORD go together"
        return 1
    fi
    if [[ ${ANSWERS[KLDLOAD_ENABLE_KVM]-1} == 0 ]]; then
        [[ ${ANSWERS[KLDLOAD_ENABLE_K8S]-0} == 0 ]] || { answers_refuse "KLDLOAD_ENABLE_K8S=1 needs KLDLOAD_ENABLE_KVM=1"; return 1; }
        [[ ${ANSWERS[KLDLOAD_BUILD_IMAGES]-0} == 0 ]] || { answers_refuse "KLDLOAD_BUILD_IMAGES=1 needs KLDLOAD_ENABLE_KVM=1"; return 1; }
    fi
}
