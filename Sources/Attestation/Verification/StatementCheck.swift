internal import HostSystem

/// Holds the statement in an envelope against the release that it lies in.
struct StatementCheck {
    let evidence: Evidence
    /// The envelope's name.
    let file: String
    let manifest: ReleaseManifest
    let list: ChecksumList
    let policy: VerificationPolicy

    /// What is wrong with the statement in a payload.
    func findings(_ envelope: Envelope) -> [Finding] {
        do throws(Finding) {
            guard envelope.payloadType == Envelope.statementType else {
                throw finding(.payloadType, "holds \(StrictJSON.quoted(envelope.payloadType)), which is no statement")
            }
            let header: StatementHeader = try decode(envelope.payload, .statementForm)
            guard header.predicateType == evidence.predicateType else {
                throw finding(
                    .predicateType,
                    "holds a statement of type \(StrictJSON.quoted(header.predicateType)), not \(evidence.predicateType)"
                )
            }
            guard header.subject.count <= ReleaseFolder.fileLimit else {
                throw finding(.statementForm, "is about more files than a release has")
            }
            return findings(header.subject) + predicate(envelope.payload)
        } catch {
            return [error]
        }
    }

    /// The subjects must be files of this release with their digests, each once, and nothing may be left out.
    private func findings(_ subjects: [ResourceDescriptor]) -> [Finding] {
        var findings: [Finding] = []
        var covered: Set<String> = []
        for subject in subjects {
            guard let name = subject.name, let listed = list.digest(of: name) else {
                let name = subject.name.map(StrictJSON.quoted) ?? "something without a name"
                findings.append(finding(.unknownSubject, "is about \(name), which is not in this release"))
                continue
            }
            guard covered.insert(name).inserted else {
                findings.append(finding(.unknownSubject, "is about '\(name)' twice"))
                continue
            }
            if subject.digest != ["sha256": listed.hex] {
                findings.append(finding(.subjectDigest, "is about another '\(name)' than this release's"))
            }
        }
        let needed = manifest.images.map(\.file) + evidence.subjects.filter { list.digest(of: $0) != nil }
        for name in needed where !covered.contains(name) {
            findings.append(finding(.notCovered, "is not about '\(name)'"))
        }
        return findings
    }

    private func predicate(_ payload: [UInt8]) -> [Finding] {
        do throws(Finding) {
            if evidence == .provenance {
                let statement: Statement<Provenance> = try decode(payload, .predicateForm)
                return ProvenanceCheck(
                    provenance: statement.predicate, manifest: manifest, demands: policy.provenance, file: file
                ).findings()
            }
            let statement: Statement<TestResult> = try decode(payload, .predicateForm)
            try refuseFailure(statement.predicate)
            return []
        } catch {
            return [error]
        }
    }

    /// A result that contradicts its own lists is none that passed.
    private func refuseFailure(_ result: TestResult) throws(Finding) {
        let failed = (result.failedTests ?? []) + (result.warnedTests ?? [])
        guard result.result != .passed || !failed.isEmpty else { return }
        let names = failed.prefix(5).map { StrictJSON.quoted($0) }.joined(separator: ", ")
        throw finding(.notPassed, "says \(result.result.rawValue)" + (failed.isEmpty ? "" : ", with \(names)"))
    }

    private func decode<Value: Decodable>(_ payload: [UInt8], _ kind: Finding.Kind) throws(Finding) -> Value {
        do {
            return try StrictJSON.decode(Value.self, from: payload)
        } catch {
            throw finding(kind, "holds no statement that can be read: \(error)")
        }
    }

    private func finding(_ kind: Finding.Kind, _ detail: String) -> Finding {
        Finding(kind, file, detail)
    }
}

/// What every statement has, whatever it says.
private struct StatementHeader: Decodable {
    let subject: [ResourceDescriptor]
    let predicateType: String

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let type = try fields.decode(String.self, forKey: .type)
        guard type == "https://in-toto.io/Statement/v1" else {
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: fields, debugDescription: "it is no statement of version 1")
        }
        subject = try fields.decode([ResourceDescriptor].self, forKey: .subject)
        predicateType = try fields.decode(String.self, forKey: .predicateType)
    }

    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject, predicateType
    }
}
