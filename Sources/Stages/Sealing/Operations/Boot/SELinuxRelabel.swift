extension SealOperation {
    static let selinuxRelabel = SealOperation(
        name: "selinux-relabel", profile: .minimal, moment: .shutdown, place: .disk,
        summary: "nothing; it has the next boot label all files anew, where SELinux is on",
        reason: """
            Files that were written while the system was off have no label, and SELinux refuses programs \
            what they need.
            """,
        script: #"""
            grep -qsE '^SELINUX=(enforcing|permissive)' /etc/selinux/config || return 0
            [ ! -e /.autorelabel ] || return 0
            : >/.autorelabel
            echo 'added /.autorelabel'
            """#)
}
