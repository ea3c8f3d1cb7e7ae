extension SealOperation {
    static let mailSpool = SealOperation(
        name: "mail-spool", profile: .standard, moment: .shutdown,
        summary: "mail to accounts of the build",
        reason: "It is the build's own, such as what its jobs printed.",
        script: #"""
            empty_folder /var/mail/ /var/spool/mail/ /var/spool/clientmqueue /var/spool/mqueue
            """#)
}
