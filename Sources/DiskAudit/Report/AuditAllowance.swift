internal import Foundation

/// Something that a template lets its image carry, with the reason.
package struct AuditAllowance: Sendable, Codable, Equatable {
    /// The file, in which `*` and `?` stand for characters of one name; or the part of the disk: `partition 2`.
    package let path: String
    /// The kind of what is allowed there: `github-token`.
    package let kind: String
    /// Why it may be there.
    package let reason: String

    /// An allowance.
    package init(path: String, kind: String, reason: String) {
        self.path = path
        self.kind = kind
        self.reason = reason
    }

    /// Whether it allows `finding`.
    func allows(_ finding: AuditFinding) -> Bool {
        guard kind == finding.kind else { return false }
        if let file = finding.path { return fnmatch(path, file, FNM_PATHNAME) == 0 }
        return finding.place.map { $0 == path || $0.hasPrefix("\(path),") } ?? false
    }
}

/// What a template declares that its image has, so that it is no finding.
package struct AuditDeclarations: Sendable, Encodable {
    /// The system's name; nil where it is not known.
    package var hostname: String?
    /// The accounts that a password may open.
    package var accountsWithPassword: [String] = []
    /// The accounts that have declared SSH keys.
    package var accountsWithKey: [String] = []
    /// Whether clones may have the host id of the build's system, with which pools and initramfs agree.
    package var sharesHostID = false
    /// Other things that it may carry.
    package var allowances: [AuditAllowance] = []

    /// Nothing is declared.
    package init() {}

    /// Why a finding may be there; nil if nothing allows it.
    func reason(for finding: AuditFinding) -> String? {
        allowances.first { $0.allows(finding) }?.reason
    }
}
