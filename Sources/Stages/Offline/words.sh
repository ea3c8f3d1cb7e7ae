#!/bin/sh
# The words that the scripts in libguestfs's small machine share; it stands in front of each of them.
tab=$(printf '\t')

# Prints a line of fields: say FIELD…
say() {
    line=
    for field in "$@"; do
        line="$line${line:+$tab}$(printf %s "$field" | tr '\t\r\n' '   ' | tail -c 600)"
    done
    printf '%s\n' "$line"
}

# Prints what blkid finds out: value DEVICE TAG
value() { blkid -p -s "$2" -o value "$1" 2>/dev/null; }
