#!/bin/bash
# update REF OLD NEW: keeps the ledger of golden images as it was pushed; other refs pass.
#
#   refs/tags/SERIES/vX.Y.Z...       never moves, never goes, and is an annotated tag that was made under this name
#   refs/imagefactory/SERIES/CHAIN   moves only to a tag that leads back to the one before by 'Previous'
#   refs/imagefactory/SERIES/summaries/...   never changes
#
# Who may sign is what pipelines/signers/allowed_signers of the default branch says, without the keys in revoked_keys beside
# it; 'git config imagefactory.signers FOLDER' names another folder. Where it is there, all tags of series are signed. Where
# it is not, nobody can promote, approve or revoke. A key's expiry is judged by the time that a tag gives itself, so that
# time must be within a day of now: 'git config imagefactory.oldestTag SECONDS'.
set -euo pipefail
export LC_ALL=C
ref=$1 old=$2 new=$3
limit=65536

refuse() {
    printf 'imagefactory: %q: %s\n' "$ref" "$1" >&2
    exit 1
}
is_nothing() { [[ $1 =~ ^0+$ ]]; }

channel='(dev|staging|prod)'
version='v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?'
placement="$channel(\.[1-9][0-9]*)?"

# read_tag OBJECT: reads an object into 'tag', which must be a tag that points to a commit.
read_tag() {
    [ "$(git cat-file -t "$1" 2>/dev/null)" = tag ] ||
        refuse "a tag of a series has an object of its own; make it by 'imagefactory', or by 'git tag -a'"
    [ "$(git cat-file -s "$1")" -le $limit ] || refuse "the tag is longer than $limit bytes"
    tag=$(git cat-file tag "$1" | tr -d '\0')
    [ "$(header type)" = commit ] || refuse 'the tag must point to a commit'
}
# header FIELD: a field of the tag's header.
header() { sed -n "/^\$/q; s/^$1 //p" <<<"$tag"; }
# previous: what the tag's message says of the tag before; the message ends where the signature begins.
previous() { sed '1,/^$/d; /^-----BEGIN /,$d' <<<"$tag" | git interpret-trailers --parse | sed -n 's/^Previous: //p'; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# trusted NAME: a file of the signers' folder on the default branch, as a file here; fails where there is none.
trusted() {
    git cat-file -e "HEAD:$signers/$1" 2>/dev/null || return
    git cat-file blob "HEAD:$signers/$1" >"$work/$1"
}

# expect_signed: the tag is signed by somebody who may, and says that it was made just now.
expect_signed() {
    local options=(-c "gpg.ssh.allowedSignersFile=$work/allowed_signers") made now oldest
    if trusted revoked_keys; then options+=(-c "gpg.ssh.revocationFile=$work/revoked_keys"); fi
    grep -q '^-----BEGIN SSH SIGNATURE-----$' <<<"$tag" || refuse 'it is not signed; sign it by an SSH key'
    git "${options[@]}" verify-tag "$new" &>"$work/log" ||
        refuse "its signature does not count: $(tail -n 1 "$work/log" | tr -cd '[:print:]')"
    made=$(header tagger | sed -nE 's/.*> ([0-9]{1,12}) [+-][0-9]{4}$/\1/p')
    now=$(date +%s)
    oldest=$(git config --type=int imagefactory.oldestTag || echo 86400)
    [ -n "$made" ] || refuse 'it does not say when it was made'
    [ "$made" -le $((now + 600)) ] || refuse 'it says that it was made in the future; set the clock'
    [ "$made" -ge $((now - oldest)) ] || refuse "it says that it is older than $oldest s; make it again"
}

# expect_allowed: whoever made the tag may make such a tag.
expect_allowed() {
    signers=$(git config imagefactory.signers || echo pipelines/signers)
    if trusted allowed_signers; then
        expect_signed
    elif [[ ! $(header tag) =~ ^[^/]+/$version(-dev(\.[0-9]+)?)?$ ]] ||
        [[ $(header tag) =~ -(staging|prod)(\.|-|$)|-approved\.|-revoked$ ]]; then
        refuse "it must be signed, and nobody may sign here: the default branch has no $signers/allowed_signers"
    fi
}

# expect_to_follow: the tag leads back to the chain's newest one; several of a chain may come in one push.
expect_to_follow() {
    local object=$new before steps
    for ((steps = 0; steps < 1000; steps++)); do
        read_tag "$object"
        [[ $(header tag) =~ ^$series/$version-$member$ ]] || refuse "$(header tag) does not belong there"
        before=$(previous)
        if [ "$before" = "$old" ] || { [ "$before" = none ] && is_nothing "$old"; }; then return; fi
        if [[ ! $before =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || ! git cat-file -e "$before" 2>/dev/null; then break; fi
        object=$before
    done
    refuse 'it does not follow what is there; somebody else was faster, so fetch and try again'
}

if [[ $ref =~ ^refs/tags/(.+/v[0-9].*)$ ]]; then
    name=${BASH_REMATCH[1]}
    if is_nothing "$new"; then refuse 'a tag of a series is never deleted'; fi
    is_nothing "$old" || refuse 'a tag of a series never moves; give a new version a tag of its own'
    read_tag "$new"
    [ "$(header tag)" = "$name" ] || refuse 'the tag object was made under another name'
    expect_allowed
elif [[ $ref =~ ^refs/imagefactory/[^/]+/summaries/ ]]; then
    is_nothing "$old" || refuse 'what a gate found is kept as it is'
elif [[ $ref =~ ^refs/imagefactory/ ]]; then
    if is_nothing "$new"; then refuse "a chain's lock is never deleted"; fi
    [[ $ref =~ ^refs/imagefactory/([a-z0-9-]+)/(dev|staging|prod|approvals|revocations)$ ]] ||
        refuse 'locks are refs/imagefactory/SERIES/CHAIN'
    series=${BASH_REMATCH[1]}
    case ${BASH_REMATCH[2]} in
    approvals) member="$channel-approved\.[1-9][0-9]*" ;;
    revocations) member='revoked' ;;
    *) member=${placement/"$channel"/"${BASH_REMATCH[2]}"} ;;
    esac
    expect_to_follow
    read_tag "$new"
    expect_allowed
fi
