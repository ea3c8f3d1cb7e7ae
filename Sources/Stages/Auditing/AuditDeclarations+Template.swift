package import DiskAudit
package import Pipeline

extension AuditDeclarations {
    /// What a template declares of its image.
    ///
    /// - Throws: ``AllowanceError`` for a kind that no check has.
    package init(_ template: Template) throws(AllowanceError) {
        self.init()
        for allowance in template.allowances where !DiskAuditor.kinds.contains(allowance.kind.value) {
            throw AllowanceError(place: allowance.kind.place, kind: allowance.kind.value)
        }
        let account = SealedAccount(answers: template.answers)
        hostname = template.answers["KLDLOAD_HOSTNAME"]
        accountsWithPassword = account.rootHasPassword ? ["root"] : []
        accountsWithKey = (account.hasKey ? [account.name] : []) + (account.rootHasKey ? ["root"] : [])
        sharesHostID = !template.proof.perClone.contains(.hostID)
        allowances = template.allowances.map {
            AuditAllowance(path: $0.path, kind: $0.kind.value, reason: $0.reason)
        }
    }
}

/// An allowance of something that no check knows.
package struct AllowanceError: Error, CustomStringConvertible {
    /// Where the template has it.
    package let place: YAMLPlace
    /// The kind.
    package let kind: String

    package var description: String {
        let hint = kind.didYouMean(DiskAuditor.kinds) ?? "the kinds are \(DiskAuditor.kinds.joined(separator: ", "))"
        return "\(place): the audit finds nothing of the kind '\(kind)'; \(hint)"
    }
}
