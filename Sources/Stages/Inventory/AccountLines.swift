internal import Attestation

/// The lists `accounts` and `groups`: passwd(5) and group(5), with the state of a password in its place.
enum AccountLines {
    /// The accounts; lines that name none are passed over.
    static func accounts(_ lines: [String]) -> [Account] {
        lines.compactMap { line in
            let fields = fields(of: line)
            guard fields.count >= 7, !fields[0].isEmpty, let password = Account.Password(rawValue: fields[1]),
                let user = Int(fields[2]), let group = Int(fields[3])
            else { return nil }
            return Account(
                name: fields[0], user: user, group: group, home: fields[5], shell: fields[6], password: password)
        }
    }

    /// The groups; lines that name none are passed over.
    static func groups(_ lines: [String]) -> [AccountGroup] {
        lines.compactMap { line in
            let fields = fields(of: line)
            guard fields.count >= 4, !fields[0].isEmpty, let group = Int(fields[2]) else { return nil }
            return AccountGroup(
                name: fields[0], group: group, members: fields[3].split(separator: ",").map(String.init))
        }
    }

    private static func fields(of line: String) -> [String] {
        line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }
}
