extension SealOperation {
    static let repositoryID = SealOperation(
        name: "repository-id", profile: .joined, moment: .running,
        summary: "the id by which package repositories count this system",
        reason: "All clones count as one.",
        script: #"""
            remove /var/lib/yum/uuid /var/lib/dnf/repos/*/countme /var/lib/zypp/AnonymousUniqueId
            """#)
}
