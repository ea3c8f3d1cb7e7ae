#!/bin/sh
# Verifies the signatures of tags. It runs in a folder with the files
#   allowed        the allowed signers
#   timeless       the same without the times between which keys are good
#   revoked        the revoked keys, if there are any
#   N, N.sig       the signed bytes and the signature of tag N
# reads 'N TIME' a line, TIME being the tagger's in UTC as YYYYMMDDHHMMSS, and prints a line for each:
#   N good PRINCIPAL, or N and one of bad-signature, unknown-signer, expired-signer, revoked-signer
set -u

# verify TAG TIME PRINCIPAL [OPTION...]: whether the principal signed the tag.
verify() {
    tag=$1 time=$2 principal=$3
    shift 3
    ssh-keygen -Y verify -n git -I "$principal" -f allowed -s "$tag.sig" -Overify-time="$time" "$@" <"$tag"
}

# principals TAG FILE [OPTION...]: whose key in FILE made the signature.
principals() {
    tag=$1 file=$2
    shift 2
    # A full disk says nothing about a signature.
    : >names || exit 1
    ssh-keygen -Y find-principals -s "$tag.sig" -f "$file" "$@" >names </dev/null
}

# reason TAG TIME: why the signature is none of an allowed signer.
reason() {
    if ! ssh-keygen -Y check-novalidate -n git -s "$1.sig" <"$1"; then
        word=bad-signature
    elif ! principals "$1" timeless; then
        word=unknown-signer
    elif ! principals "$1" allowed -Overify-time="$2"; then
        word=expired-signer
    else
        word=unknown-signer
        while IFS= read -r name; do
            if verify "$1" "$2" "$name"; then word=revoked-signer; fi
        done <names
    fi
} >/dev/null

# The tags come sorted by their keys, with which the second and third line of a signature begin. Who was found to hold a key
# is asked about first; 'ssh-keygen' still decides whether they do.
key='' holder=
revocation=
if [ -e revoked ]; then revocation='-r revoked'; fi
while read -r number moment; do
    good=
    { read -r _ && read -r one && read -r two; } <"$number.sig"
    # The option and its file are two words.
    # shellcheck disable=SC2086
    if [ "$one$two" = "$key" ] && verify "$number" "$moment" "$holder" $revocation >/dev/null; then
        good=$holder
    elif principals "$number" allowed -Overify-time="$moment"; then
        while IFS= read -r name; do
            # shellcheck disable=SC2086
            if verify "$number" "$moment" "$name" $revocation >/dev/null; then good=$name && break; fi
        done <names
    fi
    if [ -n "$good" ]; then
        printf '%s good %s\n' "$number" "$good"
        key=$one$two holder=$good
    else
        reason "$number" "$moment"
        printf '%s %s\n' "$number" "$word"
    fi
done 2>/dev/null
