internal import GuestAgent
internal import HostSystem
internal import Machines
internal import SystemPackage

/// The part of a seal that a one-shot unit does at the end of the guest's shutdown.
///
/// The unit is part of the shutdown itself. Whatever is ordered against it is stopped first: `basic.target` stands for
/// all ordinary services, and the early services that write when they stop are named. It ends before file systems are
/// unmounted. Its last acts are to remove itself and to give the free blocks back.
struct LateSeal {
    private static let unit = "imagefactory-seal.service"
    private static let folder: FilePath = "/etc/imagefactory-seal"
    private static let mark = "imagefactory-seal:"

    private let operations: [SealOperation]

    init(_ operations: [SealOperation]) {
        self.operations = operations.filter { $0.moment == .shutdown }
    }

    /// The script, one function for each operation.
    var script: String {
        let functions = operations.map { operation in
            "\(Self.function(operation)) () {\n\(operation.script)\n}"
        }
        let calls = operations.map { operation in
            "\(Self.function(operation)) || say failed \(operation.name)"
        }
        return """
            # The journal must let go of /var before it is emptied; on a single file system it would write to the end.
            say () { for tty in /dev/ttyS0 /dev/console; do echo "\(Self.mark) $*" > $tty && break; done 2>/dev/null; }
            \(functions.joined(separator: "\n"))
            \(PoolClearing.function)
            journalctl --relinquish-var >/dev/null 2>&1
            \(calls.joined(separator: "\n"))
            rm -rf /etc/systemd/system/\(Self.unit) /etc/systemd/system/poweroff.target.wants/\(Self.unit) \(Self.folder)
            rmdir /etc/systemd/system/poweroff.target.wants 2>/dev/null
            sync
            fstrim --all --quiet-unsupported || say failed trim
            clear_pools || say failed pools
            say done

            """
    }

    /// Puts the unit and its script into the guest, to be run by the next power-off.
    func arm(in guest: Guest) async throws {
        try await guest.agent.shell("mkdir -p \(Self.folder)", deadline: .seconds(20)).orThrow("arm")
        let agent = guest.agent
        try await agent.write(Array(script.utf8), to: Self.folder.appending("seal.sh"), mode: .privateFile)
        try await agent.write(
            Array(Self.definition.utf8), to: FilePath("/etc/systemd/system/\(Self.unit)"), mode: .publicFile)
        // This has the system read its units anew, too.
        try await agent.shell("systemctl enable --quiet \(Self.unit)", deadline: .seconds(60)).orThrow("arm")
    }

    /// Makes sure that the unit said that all of it was done.
    func confirm(_ console: [UInt8]) throws(SealError) {
        let lines = String(decoding: console, as: UTF8.self)
            .split(whereSeparator: \.isNewline).filter { $0.contains(Self.mark) }.map(String.init)
        for line in lines {
            guard let failed = line.split(separator: " ").drop(while: { $0 != "failed" }).dropFirst().first else {
                continue
            }
            throw SealError(operation: String(failed), output: [line])
        }
        guard lines.contains(where: { $0.contains("\(Self.mark) done") }) else {
            throw SealError(
                operation: "shutdown", output: ["the console does not show '\(Self.mark) done' after the power-off"])
        }
    }

    private static func function(_ operation: SealOperation) -> String {
        operation.name.replacing("-", with: "_")
    }

    private static let definition = """
        [Unit]
        Description=Last steps of sealing, at the end of the shutdown
        DefaultDependencies=no
        After=basic.target sysinit.target systemd-random-seed.service systemd-update-utmp.service
        After=systemd-journal-flush.service systemd-networkd.service NetworkManager.service systemd-timesyncd.service
        After=wtmpdb-update-boot.service systemd-udevd.service
        Before=umount.target final.target systemd-poweroff.service

        [Service]
        Type=oneshot
        ExecStart=/bin/sh \(folder)/seal.sh
        StandardOutput=null
        StandardError=null
        TimeoutStartSec=5min

        [Install]
        WantedBy=poweroff.target

        """
}

extension ExecResult {
    /// Turns a status other than 0 into the failure of a seal operation.
    fileprivate func orThrow(_ operation: String) throws(SealError) {
        guard succeeded else { throw SealError(operation: operation, output: [ending, errorText]) }
    }
}
