#!/bin/sh
# The words that the seal's operations are written in; it stands in front of each of its scripts.
#
# They work on the running system, and in a chroot over a disk. What an operation prints on standard output is what it did, a
# line each, and on standard error what it says beside that. A seal's script prints a line for each fact, with single spaces
# between the fields:
#
#   imagefactory-seal: begin NAME        its turn has come
#   imagefactory-seal: did NAME WHAT     a thing that it did; no more than $limit of them
#   imagefactory-seal: end NAME COUNT    it is done, and did so many things
#   imagefactory-seal: failed NAME
#   imagefactory-seal: done              all are done; the last line
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
mark=imagefactory-seal:
limit=${limit:-20}
place=${place:-guest}
failed=0
# In memory, since the disk is to be left alone and /tmp is emptied.
talk=$(mktemp -d /run/imagefactory-seal.XXXXXXXX) || exit 1

has() { command -v "$1" >/dev/null 2>&1; }

# Removes what is there: remove PATH…
remove() {
    for path in "$@"; do
        if [ ! -e "$path" ] && [ ! -L "$path" ]; then continue; fi
        rm -rf -- "$path"
        echo "removed $path"
    done
}

# Removes what is in folders, and leaves the folders: empty_folder FOLDER…
empty_folder() {
    for path in "$@"; do
        [ -d "$path" ] || continue
        count=$(find "$path/" -xdev -ignore_readdir_race -mindepth 1 -printf .)
        [ -n "$count" ] || continue
        find "$path/" -xdev -ignore_readdir_race -mindepth 1 -delete
        echo "removed ${#count} files and folders in $path"
    done
}

# Makes files empty, which keep their owner, mode and label: empty FILE…
empty() {
    for path in "$@"; do
        if [ ! -s "$path" ] || [ ! -f "$path" ]; then continue; fi
        : >"$path"
        echo "emptied $path"
    done
}

# Changes a text file in its place, so that it keeps its owner, mode and label: edit FILE SED-ARGUMENT…
edit() {
    path=$1
    shift
    [ -f "$path" ] || return 0
    text=$(mktemp "$talk/edit.XXXXXXXX")
    sed "$@" "$path" >"$text"
    [ "$(sha256sum <"$text")" != "$(sha256sum <"$path")" ] || return 0
    cat "$text" >"$path"
    echo "changed $path"
}

# The home folders of all accounts, a line each.
homes() { sed -nE 's@^([^:]*:){5}(/[^:]+):.*@\2@p' /etc/passwd | sort -u; }

# Removes files from all home folders: remove_in_homes NAME…
remove_in_homes() {
    list=$(mktemp "$talk/homes.XXXXXXXX")
    homes >"$list"
    while read -r home; do
        [ -d "$home" ] || continue
        for name in "$@"; do remove "${home%/}/$name"; done
    done <"$list"
}

# Gives the image a unit, whose text comes on standard input, and enables it: add_unit NAME
add_unit() {
    folder=/etc/systemd/system
    text=$(cat)
    [ "$text" != "$(cat "$folder/$1" 2>/dev/null)" ] || return 0
    mkdir -p "$folder/multi-user.target.wants"
    printf '%s\n' "$text" >"$folder/$1"
    ln -sf "$folder/$1" "$folder/multi-user.target.wants/$1"
    if [ "$place" = guest ] && has restorecon; then restorecon "$folder/$1" >&2 || true; fi
    echo "added $folder/$1"
}

# Mounts the ZFS datasets that are not: what lies in them is seen by no operation otherwise.
mount_datasets() {
    if ! has zfs || ! zpool list -H -o name >/dev/null 2>&1; then return 0; fi
    zfs list -H -t filesystem -o name,mounted,canmount,mountpoint >"$talk/datasets" || return 1
    while read -r dataset mounted canmount point; do
        case $mounted:$canmount:$point in
        no:on:/*) zfs mount "$dataset" || return 1 ;;
        esac
    done <"$talk/datasets"
}

# Starts an operation, which goes on beside others: start NAME FUNCTION
start() {
    (
        set -eu
        "$2"
    ) >"$talk/did.$1" 2>"$talk/said.$1" </dev/null &
    eval "job_$2=\$!"
}

# Waits for an operation, and tells of it: finish NAME FUNCTION
finish() {
    echo "$mark begin $1"
    eval "wait \"\$job_$2\""
    status=$?
    if [ -s "$talk/said.$1" ]; then tail -n 50 "$talk/said.$1" | sed 's/^/  /'; fi
    count=0
    while IFS= read -r line; do
        count=$((count + 1))
        [ "$count" -gt "$limit" ] || printf '%s did %s %.300s\n' "$mark" "$1" "$line"
    done <"$talk/did.$1"
    if [ "$status" = 0 ]; then
        echo "$mark end $1 $count"
    else
        echo "$mark failed $1"
        failed=1
    fi
}

# Ends the script: with the last word, or with a status other than 0 when something failed.
end_seal() {
    rm -rf "$talk"
    [ "$failed" = 0 ] || exit 1
    echo "$mark done"
}
