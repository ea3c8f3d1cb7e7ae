extension SealOperation {
    static let rpmEnvironment = SealOperation(
        name: "rpm-environment", profile: .standard, moment: .shutdown,
        summary: "locks and caches of the RPM database that belong to this machine",
        reason: "A newer or other kernel refuses the database with them.",
        script: #"""
            remove /var/lib/rpm/__db.* /var/lib/rpm/.rpm.lock
            """#)
}
