package import Pipeline

/// The named operations and the profiles that are made of them.
package enum SealCatalog {
    /// Every operation there is, in the order in which they are told of; the folders of `Operations` group them likewise.
    package static let operations: [SealOperation] = [
        // Identity
        .cloudInit, .cloudInitSwitch, .machineID, .sshHostKeys, .hostName, .randomSeed, .bootSeed, .credentialSecret,
        .iscsiInitiator, .nvmeHost,
        // Access
        .accounts, .sshUserKeys, .buildAccount, .passwordBackups, .agentDropIn, .kldloadSecrets, .moduleSigningKeys,
        // Network
        .leases, .networkManagerState, .networkNames, .networkAddresses, .installerNetwork, .wireGuard,
        // Nodes
        .tailscale, .zeroTier, .consul, .nomad, .k3s, .kubeadm, .snapd,
        // Storage
        .lvmDevices, .multipathDevices, .blkidTab, .swap, .zfsSnapshots, .zpoolCache, .hostID,
        // Boot
        .efiFallback, .efiEntries, .selinuxRelabel,
        // Traces
        .installerTraces, .installationMedium, .commandHistory, .cronSpool, .mailSpool, .crashData, .abrtData, .logs,
        .loginRecords, .processAccounting, .temporaryFiles, .desktopSessions, .backupFiles,
        // Packages
        .packageCache, .rpmEnvironment, .dhcpServerLeases, .dovecotData, .pamData,
        // Membership
        .subscription, .repositoryID, .hardwareID, .ipaClient, .kerberosKeytab, .kerberosData, .sssd, .samba, .puppet,
        .salt, .chef, .landscape, .ubuntuPro, .monitoringAgents,
    ]

    /// The operation called `name`.
    package static func operation(named name: String) -> SealOperation? {
        operations.first { $0.name == name }
    }

    /// The operations of a template's seal, in the catalogue's order.
    ///
    /// - Throws: ``SealCatalogError`` for a profile or an operation that there is not, or one that is both kept and added.
    package static func operations(for seal: Template.Seal) throws(SealCatalogError) -> [SealOperation] {
        guard let profile = SealProfile(rawValue: seal.profile.value) else {
            throw SealCatalogError(
                place: seal.profile.place, name: seal.profile.value,
                problem: .unknownProfile(SealProfile.allCases.map(\.rawValue)))
        }
        let kept = Set(seal.keep.map(\.value))
        let added = Set(seal.add.map(\.value))
        for name in seal.keep + seal.add where operation(named: name.value) == nil {
            throw SealCatalogError(
                place: name.place, name: name.value, problem: .unknownOperation(operations.map(\.name)))
        }
        for name in seal.add where kept.contains(name.value) {
            throw SealCatalogError(place: name.place, name: name.value, problem: .keptAndAdded)
        }
        return operations(of: profile, keep: kept, add: added)
    }

    /// The operations of `profile` without those in `keep`, and those in `add`, in the catalogue's order.
    package static func operations(
        of profile: SealProfile, keep: Set<String> = [], add: Set<String> = []
    ) -> [SealOperation] {
        operations.filter { operation in
            guard !keep.contains(operation.name) else { return false }
            return add.contains(operation.name) || operation.profile.map { $0 <= profile } ?? false
        }
    }
}

/// A seal that cannot be what a template says.
package struct SealCatalogError: Error, CustomStringConvertible {
    /// What is wrong with a name.
    package enum Problem: Sendable {
        /// There is no such profile, but these.
        case unknownProfile([String])
        /// There is no such operation, but these.
        case unknownOperation([String])
        /// The operation is to be done and not to be done.
        case keptAndAdded
    }

    /// Where the template has it.
    package let place: YAMLPlace
    /// The name.
    package let name: String
    /// What is wrong with it.
    package let problem: Problem

    package var description: String {
        switch problem {
        case .unknownProfile(let known):
            "\(place): the seal has no profile '\(name)'; there are \(known.joined(separator: ", "))"
        case .unknownOperation(let known):
            "\(place): the seal has no operation '\(name)'; "
                + (name.didYouMean(known) ?? "'imagefactory seal --list' lists them")
        case .keptAndAdded: "\(place): '\(name)' is both in 'keep' and in 'add'; take it out of one of them"
        }
    }
}
