extension SealTrace {
    /// Traces of the operations in `Operations/Network`.
    static let network: [SealTrace] = [
        SealTrace(
            "leases",
            plant: #"""
                mkdir -p /var/lib/dhcp /var/lib/dhcpcd
                echo lease >/var/lib/dhcp/dhclient.eth0.leases
                echo duid >/var/lib/dhcpcd/duid
                """#,
            left: "ls /var/lib/dhcp/*.leases /var/lib/dhcpcd/*"),
        SealTrace(
            "network-manager-state",
            plant: #"""
                mkdir -p /var/lib/NetworkManager
                echo key >/var/lib/NetworkManager/secret_key
                echo lease >/var/lib/NetworkManager/internal-1-eth0.lease
                """#,
            left: "ls /var/lib/NetworkManager/*"),
        SealTrace(
            "network-names",
            plant: #"""
                mkdir -p /etc/udev/rules.d
                echo rule >/etc/udev/rules.d/70-persistent-net.rules
                """#,
            left: "ls /etc/udev/rules.d/70-persistent-net.rules"),
        SealTrace(
            "network-addresses",
            plant: #"""
                mkdir -p /etc/sysconfig/network-scripts /etc/NetworkManager/system-connections /etc/netplan
                printf 'DEVICE=eth0\nHWADDR=52:54:00:00:00:01\n' >/etc/sysconfig/network-scripts/ifcfg-eth0
                printf '[connection]\nid=lan\nuuid=1\n[ethernet]\nmac-address=52:54:00:00:00:01\n' >/etc/NetworkManager/system-connections/lan.nmconnection
                chmod 600 /etc/NetworkManager/system-connections/lan.nmconnection
                cat >/etc/netplan/60-lan.yaml <<'END'
                network:
                  version: 2
                  ethernets:
                    lan:
                      match:
                        macaddress: 52:54:00:00:00:01
                      set-name: lan0
                      macaddress: 52:54:00:00:00:02
                      dhcp4: true
                END
                """#,
            left: #"""
                grep -rE "52:54|uuid=|set-name" /etc/sysconfig/network-scripts /etc/NetworkManager /etc/netplan
                """#,
            holds: [
                #"grep -q 'name: "e\*"' /etc/netplan/60-lan.yaml"#,
                "grep -q id=lan /etc/NetworkManager/system-connections/lan.nmconnection",
                #"test "$(stat -c %a /etc/NetworkManager/system-connections/lan.nmconnection)" = 600"#,
            ]),
        SealTrace(
            "installer-network",
            plant: #"""
                mkdir -p /etc/netplan /etc/cloud/cloud.cfg.d
                echo 'network: {version: 2}' >/etc/netplan/00-installer-config.yaml
                echo 'network: {}' >/etc/cloud/cloud.cfg.d/90-installer-network.cfg
                """#,
            left: #"""
                ls /etc/netplan/00-installer-config.yaml /etc/cloud/cloud.cfg.d/90-installer-network.cfg
                """#),
        SealTrace(
            "wireguard",
            plant: #"""
                mkdir -p /etc/wireguard /etc/systemd/system/multi-user.target.wants
                echo key >/etc/wireguard/wg-mgmt.key
                echo '[Interface]' >/etc/wireguard/wg-mgmt.conf
                echo 7 >/etc/wireguard/.node-id
                ln -sf /usr/lib/systemd/system/wg-quick@.service /etc/systemd/system/multi-user.target.wants/wg-quick@wg-mgmt.service
                """#,
            left: #"""
                find /etc/wireguard /etc/systemd/system/multi-user.target.wants -name ".node-id" -o -name "wg-*"
                """#),
    ]
}
