internal import Attestation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// Reads a promotion policy. Every key may be left out:
///
/// ```yaml
/// staging:
///   evidence: [provenance, sbom, seal-report, tests, verify-report]   # these if it is left out; also boot-report
///   gates:
///     - { name: trial, run: scripts/trial.sh, timeout: 20min }        # 30min if it is left out
/// prod:
///   soak: 1d                      # how long it must have been what staging holds
///   approvals: 2                  # how many must agree
///   approvers: [ada, bob]         # who may; everybody who may sign if it is left out
///   author-approves: false        # whether the agreement of the one who promotes counts
///   promoters: [ada]              # who may promote and roll back; everybody who may sign if it is left out
/// ```
///
/// People are named as the file of allowed signers names them.
package struct PromotionPolicyReader {
    private let reader = YAMLReader()

    /// The most approvals that can be asked for.
    private static let approvalLimit = 32

    /// The policy in a text.
    ///
    /// - Throws: `YAMLError` with all that is wrong in it.
    package static func read(_ bytes: [UInt8]) throws -> PromotionPolicy {
        let reading = PromotionPolicyReader()
        let text = String(decoding: bytes, as: UTF8.self)
        let node = try YAMLFile.parse(text, named: FilePath(PromotionPolicy.file))
        var policy = reading.policy(node)
        try reading.reader.finish()
        policy.digest = Digest.of(bytes)
        return policy
    }

    private func policy(_ node: YAMLNode) -> PromotionPolicy {
        reader.mapping(node, named: "the promotion policy") { keys in
            var policy = PromotionPolicy()
            for channel in Channel.allCases where channel.source != nil {
                policy.channels[channel] = keys.read(channel.rawValue, self.channel)
            }
            return policy
        } ?? PromotionPolicy()
    }

    private func channel(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> ChannelPolicy? {
        reader.mapping(node, named: name) { keys in
            var policy = ChannelPolicy()
            if let evidence = keys.read("evidence", evidence) { policy.evidence = evidence }
            policy.gates = keys.read("gates", gates) ?? []
            policy.soak = keys.duration("soak")
            policy.approvals = keys.integer("approvals", in: 0...Self.approvalLimit) ?? 0
            policy.approvers = keys.read("approvers", people)
            policy.countsAuthor = keys.boolean("author-approves") ?? false
            policy.promoters = keys.read("promoters", people)
            if let count = policy.approvers?.count, count < policy.approvals {
                reader.report(
                    at: keys.place(of: "approvals"),
                    "'approvals' asks for \(policy.approvals), and 'approvers' names \(count)",
                    suggestion: "name more of them, or ask for fewer")
            }
            return policy
        }
    }

    private func evidence(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> Set<Evidence>? {
        Set(reader.list(node, named: name).compactMap { reader.word($0, named: "an item of \(name)") })
    }

    /// Names, of which none is no sensible set: nobody could ever do it.
    private func people(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> Set<String>? {
        let names = reader.list(node, named: name).compactMap { reader.string($0, named: "an item of \(name)") }
        if names.isEmpty {
            reader.report(at: node.place, "'\(name)' names nobody", suggestion: "name somebody, or leave it out")
        }
        return Set(names)
    }

    private func gates(_ reader: YAMLReader, _ node: YAMLNode, _ name: String) -> [Gate] {
        let items = reader.list(node, named: name)
        let gates = items.compactMap { gate(reader, $0) }
        for (index, gate) in gates.enumerated() where gates[..<index].contains(where: { $0.name == gate.name }) {
            reader.report(
                at: items[index].place, "the gate '\(gate.name)' is there twice", suggestion: "give each its own name")
        }
        return gates
    }

    private func gate(_ reader: YAMLReader, _ node: YAMLNode) -> Gate? {
        reader.mapping(node, named: "a gate") { keys in
            let name = keys.required("name", example: "trial").flatMap { reader.string($0, named: "name") }
            let run = keys.required("run", example: "scripts/trial.sh").flatMap { reader.string($0, named: "run") }
            let timeout = keys.duration("timeout")
            guard let name, let run else { return nil }
            guard name.wholeMatch(of: /[a-z0-9][a-z0-9 \-]{0,63}/) != nil else {
                reader.report(
                    at: keys.place(of: "name"), "'\(name)' is no name of a gate",
                    suggestion: "write small letters, digits, spaces and '-'")
                return nil
            }
            return Gate(name: name, run: run, timeout: timeout ?? Gate.usualTimeout)
        } ?? nil
    }
}
