#!/bin/bash
# post-receive: builds what a pushed tag SERIES/vX.Y.Z asks for, on this machine, and lets the pusher go at once.
#
# Each build has a log, and a work folder of its own, below 'git config imagefactory.folder' (imagefactory/ in the
# repository, if that is not set); one build runs at a time. Releases are left in its output/, unless IMAGEFACTORY_OUTPUT
# names another folder. 'git config imagefactory.program PATH' names the program where it is not on this hook's PATH.
set -euo pipefail
export LC_ALL=C

repository=$(git rev-parse --absolute-git-dir)
folder=$(git config --type=path imagefactory.folder || echo "$repository/imagefactory")
program=$(git config --type=path imagefactory.program || echo imagefactory)
# How long a build waits for those before it.
patience=86400

# build OLD NEW REF LOG: runs with the log as its output, and with nobody waiting for it.
build() {
    # What git tells its hooks would lead git in the clone back here.
    # shellcheck disable=SC2046 # each word is a name
    unset $(git rev-parse --local-env-vars)
    exec 9>"$folder/lock"
    flock --timeout $patience 9 || { echo 'imagefactory: the builds before this one do not end'; exit 75; }
    work=$(mktemp -d "$folder/work.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    # QEMU's account reads the recipe's files.
    chmod 755 "$work"
    git clone --quiet --no-checkout "$repository" "$work/checkout"
    cd "$work/checkout"
    git checkout --quiet --detach "$3"
    if ! git var GIT_COMMITTER_IDENT &>/dev/null; then
        export GIT_COMMITTER_NAME=imagefactory GIT_COMMITTER_EMAIL=imagefactory@localhost
    fi
    export IMAGEFACTORY_OUTPUT="${IMAGEFACTORY_OUTPUT:-$folder/output}"
    local status=0
    # Whatever outlives the build must not hold the lock.
    "$program" ci run --hook --junit "${4%.log}.junit.xml" -- "$3" "$1" "$2" 9>&- || status=$?
    echo "imagefactory: ended with $status"
}

if [ "${1-}" = build ]; then
    build "${@:2}"
    exit
fi

umask 022
while read -r old new ref; do
    [[ $ref =~ ^refs/tags/[^/]+/v[0-9] && ! $new =~ ^0+$ ]] || continue
    if [[ $ref =~ -(dev|staging|prod)(\.[0-9]+|-approved\.[0-9]+)?$|-revoked$ ]]; then continue; fi
    mkdir -p "$folder/logs" "$folder/output"
    name=${ref#refs/tags/}
    log=$folder/logs/$(date -u +%Y%m%dT%H%M%SZ)-$(tr -c 'A-Za-z0-9._\n-' _ <<<"$name").log
    # Nothing of the connection stays open, so that the push is over for its maker.
    # shellcheck disable=SC2094 # the log's name is only an argument
    setsid --fork "$0" build "$old" "$new" "$ref" "$log" </dev/null &>"$log"
    printf 'imagefactory: building %q; the log is %s:%s\n' "$name" "$(hostname)" "$log" >&2
done
