internal import GuestAgent
internal import HostSystem
internal import Machines

/// Finds out which package repositories a guest has read since it was booted, and what they said.
enum RepositoryScan {
    private static let deadline: Duration = .seconds(60)
    private static let most = 200

    /// The digests of the metadata by their addresses; empty for a guest that read none.
    static func read(in guest: Guest) async throws -> [String: Digest] {
        let result = try await guest.agent.shell(script, deadline: deadline)
        return result.succeeded ? parse(result.text) : [:]
    }

    /// Reads `DIGEST ADDRESS` lines; what is no such line, or no http address, counts for nothing.
    static func parse(_ text: String) -> [String: Digest] {
        var digests: [String: Digest] = [:]
        for line in text.split(separator: "\n").prefix(most) {
            let words = line.split(separator: " ")
            guard words.count == 2, let digest = Digest(hex: words[0]), words[1].utf8.count < 2048,
                words[1].hasPrefix("http://") || words[1].hasPrefix("https://"),
                words[1].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { continue }
            digests[String(words[1])] = digest
        }
        return digests
    }

    /// apt names the file of each index that it would fetch; dnf says from where it has what is in a folder of its cache,
    /// and dnf 5 has another cache. Only what is newer than the boot was read by the provisioning.
    static let script = """
        boot=/proc/1
        lists=$(find /var/lib/apt/lists -maxdepth 1 -type f -newer "$boot" -print -quit 2>/dev/null)
        if [ -n "$lists" ] && command -v apt-get >/dev/null; then
            apt-get --print-uris update 2>/dev/null | tr -d "'" | while read -r address file rest; do
                list=/var/lib/apt/lists/$file
                if [ -f "$list" ] && [ "$list" -nt "$boot" ]; then
                    printf '%s %s\\n' "$(sha256sum <"$list" | cut -d ' ' -f 1)" "$address"
                fi
            done
        fi
        if command -v dnf >/dev/null; then
            for folder in /var/cache/dnf/*-???????????????? /var/cache/libdnf5/*-????????????????; do
                index=$folder/repodata/repomd.xml
                [ -f "$index" ] && [ "$index" -nt "$boot" ] || continue
                name=${folder##*/}
                address=$(dnf --quiet --cacheonly repoinfo "${name%-*}" 2>/dev/null \\
                    | sed -n 's/^ *\\(Repo-baseurl\\|Base URL\\) *: *\\([^ ,]*\\).*/\\2/p' | head -n 1)
                [ -n "$address" ] || continue
                printf '%s %s\\n' "$(sha256sum <"$index" | cut -d ' ' -f 1)" "${address%/}/repodata/repomd.xml"
            done
        fi
        true
        """
}
