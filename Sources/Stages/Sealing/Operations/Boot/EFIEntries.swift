extension SealOperation {
    static let efiEntries = SealOperation(
        name: "efi-entries", profile: .standard, moment: .running, place: .guest,
        summary: "the firmware's boot entries for media that are no longer there, such as the installer's",
        reason: "A machine that keeps the build's firmware variables would try them first.",
        script: #"""
            has efibootmgr || return 0
            efibootmgr --verbose >"$talk/entries" 2>/dev/null || return 0
            while read -r entry rest; do
                case $entry in
                Boot[0-9A-F][0-9A-F][0-9A-F][0-9A-F]*) number=${entry#Boot} ;;
                *) continue ;;
                esac
                case $rest in
                *CDROM\(*) ;;
                *HD\(*GPT,*)
                    partition=${rest#*GPT,}
                    partition=$(printf %s "${partition%%,*}" | tr '[:upper:]' '[:lower:]')
                    if [ -e "/dev/disk/by-partuuid/$partition" ]; then continue; fi
                    ;;
                *) continue ;;
                esac
                efibootmgr --quiet --delete-bootnum --bootnum "${number%\*}"
                echo "removed the boot entry ${number%\*}"
            done <"$talk/entries"
            """#)
}
