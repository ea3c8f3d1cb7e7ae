extension SealOperation {
    static let landscape = SealOperation(
        name: "landscape", profile: .joined, moment: .shutdown,
        summary: "Landscape's registration of this machine",
        reason: "All clones are one computer to it.",
        script: #"""
            remove /var/lib/landscape/client/* /var/log/landscape/*
            edit /etc/landscape/client.conf -E '/^(computer_title|registration_key|hostagent_uid|secure_id) *=/d'
            """#)
}
