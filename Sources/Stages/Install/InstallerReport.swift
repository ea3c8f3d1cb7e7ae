/// What the live system shows of its installer, read over its agent.
struct InstallerReport: Sendable, Equatable {
    /// The state of the unit that installs: `activating`, `active`, `failed`, `inactive`.
    var unit = ""
    /// The installer's phase; empty before the first.
    var phase = ""
    /// The newest step inside the phase.
    var step = ""
    /// The installer's result: `failed`, a status, a time and a message; empty while there is none.
    var result: [String] = []
    /// Whether the installer says that it is done.
    var isComplete = false
    /// Whether the installer waits for secrets that the answers leave out.
    var wantsSecret = false
    /// The last lines of the reader's log.
    var lastWords: [String] = []
    /// The last lines of the installer's other logs, once it has failed.
    var trace: [String] = []

    /// Reads what ``script`` prints.
    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = String(line[line.index(after: equals)...].prefix(400))
            switch line[..<equals] {
            case "unit": unit = value
            case "phase": phase = value
            case "step": step = value
            case "result": result = value.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            case "complete": isComplete = value == "yes"
            case "needs": wantsSecret = value == "yes"
            case "log": lastWords.append(value)
            case "trace": trace.append(value)
            default: continue
            }
        }
    }

    /// Whether the installer has reported that it failed.
    var isFailed: Bool { result.first == "failed" }

    /// Shell that prints the report; `$1` is the unit (kldload contract, sections 2.2 and 2.3).
    ///
    /// It is run about once a second while the guest installs, and each program that it starts takes some of an emulated
    /// guest's time: what the shell can do alone it does.
    static let script = """
        first() { line=; IFS= read -r line; printf '%s=%.400s\\n' "$1" "$line"; }
        printf 'unit=%s\\n' "$(systemctl is-active "$1")"
        [ ! -e /run/kldload/install-phase ] || first phase </run/kldload/install-phase
        [ ! -e /run/kldload/install-result ] || first result </run/kldload/install-result
        [ ! -e /run/kldload/install-needs ] || echo needs=yes
        step=$(tail -n 1 /run/kldload/install-steps)
        printf 'step=%.400s\\n' "${step#*\t}"
        log=/var/log/installer
        if grep -qs 'Install completed successfully' $log/kldload-installer.log; then echo complete=yes; fi
        tail -q -n 3 $log/autoinstall.log $log/kldload-installer.log | sed 's/^/log=/'
        if [ -e /run/kldload/install-result ]; then
            for file in $log/*.log; do
                case $file in */autoinstall.log|*/kldload-installer.log) continue;; esac
                tail -n 4 $file | sed 's/^/trace=/'
            done
        fi
        """
}
