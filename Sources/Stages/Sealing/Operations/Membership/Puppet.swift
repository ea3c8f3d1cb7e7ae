extension SealOperation {
    static let puppet = SealOperation(
        name: "puppet", profile: .joined, moment: .shutdown,
        summary: "Puppet's certificate of this node, its state and its logs",
        reason: "The server takes clones for one node.",
        script: #"""
            for folder in /var/lib/puppet /etc/puppetlabs/puppet /opt/puppetlabs/puppet/cache; do
                remove $folder/ssl $folder/state $folder/lib $folder/clientbucket $folder/client_data \
                    $folder/reports
            done
            remove /var/log/puppet/* /var/log/puppetlabs/puppet/*
            """#)
}
