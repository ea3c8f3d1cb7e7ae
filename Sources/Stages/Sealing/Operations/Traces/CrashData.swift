extension SealOperation {
    static let crashData = SealOperation(
        name: "crash-data", profile: .standard, moment: .shutdown,
        summary: "memory images of crashed programs and kernels",
        reason: "They hold what the programs knew, passwords and keys among it.",
        script: #"""
            empty_folder /var/crash /var/lib/systemd/coredump /var/lib/apport/coredump /var/lib/kdump \
                /var/log/dump /var/lib/systemd/pstore
            """#)
}
