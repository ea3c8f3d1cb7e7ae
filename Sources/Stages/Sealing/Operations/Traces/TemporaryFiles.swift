extension SealOperation {
    static let temporaryFiles = SealOperation(
        name: "temporary-files", profile: .standard, moment: .shutdown,
        summary: "what lies in the folders for temporary files",
        reason: "The build leaves payloads, downloads and tokens there.",
        script: #"""
            empty_folder /tmp /var/tmp
            """#)
}
