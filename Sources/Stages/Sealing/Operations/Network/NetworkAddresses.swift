extension SealOperation {
    static let networkAddresses = SealOperation(
        name: "network-addresses", profile: .minimal, moment: .running,
        summary: """
            hardware addresses and ids of connections in the configuration of networks: ifcfg, \
            NetworkManager, netplan
            """,
        reason: "A connection that is bound to the build's network card never comes up in a clone.",
        script: #"""
            for file in /etc/sysconfig/network-scripts/ifcfg-*; do edit "$file" -E '/^(HWADDR|UUID|MACADDR)=/d'; done
            for file in /etc/NetworkManager/system-connections/*; do
                edit "$file" -E -e '/^(uuid|timestamp|(cloned-)?mac-address)=/d' -e '/^dhcp-(client-id|duid|iaid)=/d'
            done
            for file in /etc/netplan/*.yaml; do
                # A match by a card's address becomes one by the names of all cards; an address of its own is dropped.
                edit "$file" -E -e '/^ *match: *(#.*)?$/{n;s/^( *)macaddress:.*/\1name: "e*"/}' \
                    -e 's/match: *\{[^}]*macaddress[^}]*\}/match: {name: "e*"}/' -e '/^ *(macaddress|set-name):/d'
            done
            """#)
}
