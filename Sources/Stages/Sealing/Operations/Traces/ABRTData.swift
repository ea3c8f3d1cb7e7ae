extension SealOperation {
    static let abrtData = SealOperation(
        name: "abrt-data", profile: .standard, moment: .shutdown,
        summary: "what ABRT collected of crashes",
        reason: "It holds parts of the programs' memory, and names of files and hosts.",
        script: #"""
            empty_folder /var/spool/abrt /var/spool/abrt-upload
            """#)
}
