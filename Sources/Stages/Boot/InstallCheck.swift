internal import GuestAgent
internal import Machines
internal import Pipeline

/// Looks, at its first boot, whether an installed system is whole.
///
/// The installer only logs which extra packages it could not install, and an optional failure has once cost a system its
/// kernel (kldload contract, sections 3.2 and 8).
struct InstallCheck {
    /// The extra packages that the template itself wishes for; the factory's own wishes may stay unfulfilled.
    let packages: [String]
    /// Whether the installer could reach package repositories beside those on its medium.
    let hasNetwork: Bool

    /// A check of what `template`'s installation left.
    init(template: Template) {
        let names = template.answers["KLDLOAD_EXTRA_PACKAGES"] ?? ""
        // Groups are no packages; what they consist of is the distribution's business.
        packages = names.split { $0 == " " || $0 == "," }.map(String.init).filter { !$0.hasPrefix("@") }
        hasNetwork = template.machine.network != .none
    }

    /// Asks the guest.
    ///
    /// - Throws: ``MachineFailure`` that names what is missing.
    func run(in guest: Guest) async throws {
        let result = try await guest.agent.shell(Self.script, packages, deadline: .seconds(60))
        let findings = Findings(guest.machine.redactor.text(result.text))
        if let failure = failure(findings) { throw failure }
    }

    /// What a guest answers.
    struct Findings: Equatable {
        /// Packages that are not installed.
        var missing: [String] = []
        /// Packages that are unpacked, but whose post-install script has not run to its end.
        var unconfigured: [String] = []
        /// What the installer's logs say of those.
        var log: [String] = []
        /// Whether there is a kernel to boot.
        var hasKernel = true

        /// Reads what the script prints.
        init(_ text: String) {
            for line in text.split(separator: "\n").prefix(500) {
                guard let equals = line.firstIndex(of: "=") else { continue }
                let value = String(line[line.index(after: equals)...].prefix(400))
                switch line[..<equals] {
                case "missing": missing.append(value)
                case "unconfigured": unconfigured.append(value)
                case "log": log.append(value)
                case "kernel": hasKernel = value == "yes"
                default: continue
                }
            }
        }
    }

    /// The failure that the findings mean; nil for a system that is whole.
    func failure(_ findings: Findings) -> MachineFailure? {
        if !findings.hasKernel {
            return MachineFailure(.notInstalled, evidence: ["no kernel is left in /boot"] + findings.log)
        }
        if let package = findings.unconfigured.first {
            return MachineFailure(
                .postInstallSkipped,
                evidence: [
                    "dpkg: the post-install script of these has not run to its end: \(list(findings.unconfigured))"
                ]
                    + findings.log.filter { $0.contains(package) })
        }
        guard let package = findings.missing.first else { return nil }
        let evidence = [
            "KLDLOAD_EXTRA_PACKAGES asks for these, and they are not installed: \(list(findings.missing))"
        ]
        let told = findings.log.filter { $0.contains(package) }
        return OutputSigns(medium: !hasNetwork).failure(in: told, evidence: evidence)
            ?? MachineFailure(hasNetwork ? .packageUnknown : .packageNotOffline, evidence: evidence + told.suffix(3))
    }

    private func list(_ names: [String]) -> String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
    }

    /// Prints what is missing of the packages `$@`, with the last lines of the installer's logs about each.
    static let script = """
        export LC_ALL=C
        logs=/root/kldload-install-logs
        about() { grep -hwF -e "$1" $logs/*.log 2>/dev/null | tail -n 3 | sed 's/^/log=/'; }
        if command -v dpkg-query >/dev/null; then
            state=$(dpkg-query -W -f '${db:Status-Abbrev}|${Package}|${Provides}\\n' 2>/dev/null)
            has() {
                printf '%s\\n' "$state" | awk -F '|' -v want="${1%%[:=]*}" '
                    substr($1, 2, 1) == "i" {
                        count = split($3, provided, ", *")
                        for (i = 1; i <= count; i++) { sub(/ .*/, "", provided[i]); if (provided[i] == want) found = 1 }
                        if ($2 == want) found = 1
                    }
                    END { exit !found }'
            }
            for name in $(printf '%s\\n' "$state" | awk -F '|' 'substr($1, 2, 1) ~ /[UFH]/ { print $2 }'); do
                echo "unconfigured=$name"
                about "$name"
            done
        elif command -v rpm >/dev/null; then
            has() { rpm -q --quiet --whatprovides "$1" >/dev/null 2>&1; }
        elif command -v pacman >/dev/null; then
            has() { [ -z "$(pacman -T "$1" 2>/dev/null)" ]; }
        else
            has() { true; }
        fi
        for name in "$@"; do
            has "$name" || { echo "missing=$name"; about "$name"; }
        done
        set -- /boot/vmlinuz* /boot/*/*/linux /boot/efi/EFI/Linux/*.efi /efi/EFI/Linux/*.efi
        for file in "$@"; do [ -e "$file" ] && { echo kernel=yes; exit 0; }; done
        echo kernel=no
        """
}
