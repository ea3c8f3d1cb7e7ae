extension SealOperation {
    static let iscsiInitiator = SealOperation(
        name: "iscsi-initiator", profile: .minimal, moment: .running,
        summary: """
            the name by which iSCSI targets know this machine, and a unit that makes a new one where the \
            distribution has none
            """,
        reason: "Two machines of one name end each other's sessions, or write to one volume at once.",
        script: #"""
            [ -f /etc/iscsi/initiatorname.iscsi ] || return 0
            if grep -q '^GenerateName=yes' /etc/iscsi/initiatorname.iscsi; then return 0; fi
            remove /etc/iscsi/initiatorname.iscsi
            has iscsi-iname || return 0
            if grep -rqs --exclude=iscsi-initiator-name.service iscsi-iname \
                /etc/systemd/system /usr/lib/systemd/system; then return 0; fi
            add_unit iscsi-initiator-name.service <<'UNIT'
            [Unit]
            Description=Make a name for the iSCSI initiator
            DefaultDependencies=no
            ConditionPathExists=!/etc/iscsi/initiatorname.iscsi
            After=local-fs.target systemd-random-seed.service
            Before=iscsid.service iscsi.service open-iscsi.service

            [Service]
            Type=oneshot
            ExecStart=/bin/sh -c 'umask 077; echo "InitiatorName=$$(iscsi-iname)" >/etc/iscsi/initiatorname.iscsi'

            [Install]
            WantedBy=multi-user.target
            UNIT
            """#)
}
