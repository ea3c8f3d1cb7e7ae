extension SealOperation {
    static let efiFallback = SealOperation(
        name: "efi-fallback", profile: .minimal, moment: .running,
        summary: """
            nothing; it makes sure that the boot loader lies where firmware looks that knows nothing of the \
            image
            """,
        reason: """
            An entry in a machine's firmware is no part of its disk. Debian's installer leaves only such an \
            entry.
            """,
        script: #"""
            case $(uname -m) in
            x86_64) architecture=x64 fallback=BOOTX64.EFI ;;
            aarch64) architecture=aa64 fallback=BOOTAA64.EFI ;;
            *) return 0 ;;
            esac
            for esp in /boot/efi /efi /boot; do
                [ -d "$esp/EFI" ] || continue
                if [ -n "$(find "$esp/EFI" -maxdepth 2 -ipath "*/boot/$fallback")" ]; then return 0; fi
                # A signed shim looks for the next loader beside itself.
                for loader in "$esp"/EFI/*/"shim$architecture.efi" "$esp"/EFI/*/"grub$architecture.efi" \
                    "$esp/EFI/systemd/systemd-boot$architecture.efi" "$esp"/EFI/*/"$fallback"; do
                    [ -f "$loader" ] || continue
                    mkdir -p "$esp/EFI/BOOT"
                    for beside in grub mm; do
                        next=${loader%/*}/$beside$architecture.efi
                        if [ -f "$next" ]; then cp "$next" "$esp/EFI/BOOT/"; fi
                    done
                    cp "$loader" "$esp/EFI/BOOT/$fallback"
                    echo "copied $loader to $esp/EFI/BOOT/$fallback"
                    return 0
                done
                echo "no boot loader is known that could become $esp/EFI/BOOT/$fallback" >&2
                return 1
            done
            """#)
}
