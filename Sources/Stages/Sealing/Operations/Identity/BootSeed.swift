extension SealOperation {
    static let bootSeed = SealOperation(
        name: "boot-seed", profile: .minimal, moment: .running,
        summary: "the random seed that the boot loader hands over",
        reason: """
            Clones that start with one seed share what their first random numbers are made of. Nothing \
            writes it when a system stops, and by then its partition may be gone.
            """,
        script: #"""
            remove /boot/efi/loader/random-seed /efi/loader/random-seed /boot/loader/random-seed
            """#)
}
