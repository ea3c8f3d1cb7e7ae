extension SealOperation {
    static let processAccounting = SealOperation(
        name: "process-accounting", profile: .standard, moment: .shutdown,
        summary: "the record of which programs ran",
        reason: "It is the build's.",
        script: #"""
            empty /var/account/pacct /var/log/account/pacct /var/log/pacct
            remove /var/account/pacct.* /var/account/pacct-* /var/log/account/pacct.* /var/account/savacct \
                /var/account/usracct
            """#)
}
