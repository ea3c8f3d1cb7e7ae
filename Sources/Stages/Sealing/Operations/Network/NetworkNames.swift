extension SealOperation {
    static let networkNames = SealOperation(
        name: "network-names", profile: .minimal, moment: .running,
        summary: "rules that give a network card its name by its address",
        reason: """
            A clone's card has another address: it becomes the second card of a machine whose first one is \
            missing.
            """,
        script: #"""
            remove /etc/udev/rules.d/70-persistent-net.rules \
                /etc/udev/rules.d/75-persistent-net-generator.rules /etc/systemd/network/*-persistent-*.link
            """#)
}
