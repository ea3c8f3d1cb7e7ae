internal import GuestAgent
internal import HostSystem
internal import Machines
internal import SystemPackage

/// The part of a seal that is done at the end of the guest's shutdown.
///
/// A unit that is stopped last does it. It lies in memory alone, so that nothing of it is on the disk. It counts as started
/// before `basic.target`, which stands for all ordinary services, and before the early services that write when they stop,
/// which are named: units stop in the reverse order. For the same reason file systems are still mounted while it stops.
struct LateSeal {
    private static let unit = "imagefactory-seal.service"
    private static let folder: FilePath = "/run/imagefactory-seal"
    private static let units: FilePath = "/run/systemd/system"

    private let operations: [SealOperation]
    private let program: SealScript

    init(_ operations: [SealOperation], account: SealedAccount) {
        self.operations = operations.filter { $0.moment == .shutdown && $0.applies(to: .guest) }
        program = SealScript(operations, in: .guest, account: account)
    }

    /// The script. What it tells goes to the console in one piece, into which the kernel writes nothing.
    var script: String {
        """
        limit=8
        \(program.preparation)
        \(PoolClearing.function)
        # The journal must let go of /var before it is emptied; on a single file system it would write to the end.
        journalctl --relinquish-var >/dev/null 2>&1
        {
        \(program.calls(at: .shutdown))
        sync
        # What a failed command says goes before the word that it failed.
        last() {
            said=$(mktemp "$talk/last.XXXXXXXX")
            ("$2") >"$said" 2>&1 && return
            tail -n 5 "$said" | sed 's/^/  /'
            echo "$mark failed $1"
            failed=1
        }
        trim_file_systems() { fstrim --all --quiet-unsupported; }
        last trim trim_file_systems
        last pools clear_pools
        } >\(Self.folder)/told 2>&1
        (end_seal) >>\(Self.folder)/told
        read -r level _ </proc/sys/kernel/printk
        echo 1 >/proc/sys/kernel/printk
        for console in /dev/ttyS0 /dev/console; do cat \(Self.folder)/told >$console && break; done 2>/dev/null
        echo "$level" >/proc/sys/kernel/printk

        """
    }

    /// Puts the unit and its script into the guest's memory, to be done by the next power-off.
    func arm(in guest: Guest) async throws {
        let agent = guest.agent
        try await agent.shell("mkdir -p \(Self.folder) \(Self.units)", deadline: .seconds(20)).orThrow("arm")
        try await agent.write(Array(script.utf8), to: Self.folder.appending("seal.sh"), mode: .privateFile)
        try await agent.write(Array(Self.definition.utf8), to: Self.units.appending(Self.unit), mode: .publicFile)
        // systemd reads a unit that it does not know yet without being reloaded, which takes a second under emulation.
        let start = "systemctl start \(Self.unit)"
        try await agent.shell(
            "\(start) 2>/dev/null || { systemctl daemon-reload && \(start); }", deadline: .seconds(60)
        ).orThrow("arm")
    }

    /// What the unit told on the console.
    ///
    /// - Throws: ``SealError`` unless it said of each operation that it ended, and that all is done.
    func confirm(_ console: [UInt8]) throws(SealError) -> SealTelling {
        let lines = String(decoding: console, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        var telling = SealTelling()
        for line in lines { telling.read(line) }
        try telling.confirm(operations, output: lines.suffix(8).map { TerminalText.plain($0) })
        guard telling.isDone else {
            throw SealError(
                operation: "shutdown", output: ["the console does not say after the power-off that the seal is done"])
        }
        return telling
    }

    private static let definition = """
        [Unit]
        Description=Last steps of sealing, at the end of the shutdown
        DefaultDependencies=no
        Conflicts=shutdown.target
        Before=shutdown.target umount.target final.target basic.target sysinit.target
        Before=systemd-random-seed.service systemd-update-utmp.service systemd-journal-flush.service
        Before=systemd-networkd.service systemd-resolved.service systemd-timesyncd.service NetworkManager.service
        Before=wtmpdb-update-boot.service auditd.service multipathd.service iscsid.service
        After=local-fs.target zfs-mount.service
        RequiresMountsFor=/etc /home /opt /root /srv /tmp /usr/local /var/account /var/cache /var/crash /var/lib /var/log
        RequiresMountsFor=/var/mail /var/spool /var/tmp

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/true
        ExecStop=/bin/sh \(folder)/seal.sh
        StandardOutput=null
        StandardError=null
        TimeoutStopSec=15min

        """
}

extension ExecResult {
    /// Turns a status other than 0 into the failure of a seal operation.
    fileprivate func orThrow(_ operation: String) throws(SealError) {
        guard succeeded else { throw SealError(operation: operation, output: [ending, errorText]) }
    }
}
