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
    static let script = """
        printf 'unit=%s\\n' "$(systemctl is-active "$1" 2>/dev/null)"
        printf 'phase=%s\\n' "$(head -c 100 /run/kldload/install-phase 2>/dev/null | head -n 1)"
        printf 'step=%s\\n' "$(tail -n 1 /run/kldload/install-steps 2>/dev/null | cut -f 2-)"
        printf 'result=%s\\n' "$(head -n 1 /run/kldload/install-result 2>/dev/null)"
        if [ -e /run/kldload/install-needs ]; then echo needs=yes; fi
        log=/var/log/installer
        if grep -qs 'Install completed successfully' $log/kldload-installer.log; then echo complete=yes; fi
        for file in $log/autoinstall.log $log/kldload-installer.log; do
            tail -n 3 $file 2>/dev/null | sed 's/^/log=/'
        done
        if [ -e /run/kldload/install-result ]; then
            for file in $log/*.log; do
                case $file in */autoinstall.log|*/kldload-installer.log) continue;; esac
                tail -n 4 $file 2>/dev/null | sed 's/^/trace=/'
            done
        fi
        """
}
