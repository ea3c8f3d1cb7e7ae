package import HostSystem

/// Bytes with their type and their signatures: DSSE version 1, the form that in-toto and SLSA use.
///
/// ```
/// {"payload": BASE64, "payloadType": TEXT, "signatures": [{"keyid": TEXT, "sig": BASE64}]}
/// signed: "DSSEv1" SP LENGTH SP TYPE SP LENGTH SP PAYLOAD      lengths in bytes, decimal
/// ```
package struct Envelope: Sendable, Equatable {
    /// A signature of the payload and its type.
    package struct Signature: Sendable, Equatable {
        /// Whose it says it is: a hint, which no signature covers.
        package let keyID: String?
        /// The signature itself.
        package let bytes: [UInt8]

        /// A signature.
        package init(keyID: String?, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// The type of an in-toto statement.
    package static let statementType = "application/vnd.in-toto+json"
    /// The most signatures, each of which may cost a verification.
    private static let signatureLimit = 16

    /// What the payload is.
    package let payloadType: String
    /// The bytes that were signed.
    package let payload: [UInt8]
    /// The signatures.
    package let signatures: [Signature]

    /// An envelope of bytes that are signed already.
    package init(payloadType: String, payload: [UInt8], signatures: [Signature]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// Signs a payload.
    ///
    /// - Throws: `KeyError`.
    package static func signing(
        _ payload: [UInt8], type: String = Envelope.statementType, by key: PrivateKey
    ) throws -> Envelope {
        let signature = Signature(
            keyID: key.publicKey.fingerprint.hex,
            bytes: try key.signature(of: signedBytes(payload, type: type)))
        return Envelope(payloadType: type, payload: payload, signatures: [signature])
    }

    /// Whether one of the signatures is this key's; the hints are not looked at.
    package func isSigned(by key: PublicKey) -> Bool {
        let bytes = Self.signedBytes(payload, type: payloadType)
        return signatures.contains { key.verifies($0.bytes, of: bytes) }
    }

    /// What a signature covers: the pre-authentication encoding.
    private static func signedBytes(_ payload: [UInt8], type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}

extension Envelope {
    /// The envelope in a JSON text; fields that it does not know are left out.
    ///
    /// - Throws: ``EnvelopeError``.
    package init(json: [UInt8]) throws {
        let form: Form
        do {
            form = try StrictJSON.decode(Form.self, from: json)
        } catch let error as StrictJSONError {
            throw EnvelopeError.json(error)
        }
        let count = form.signatures.count
        guard (1...Self.signatureLimit).contains(count) else {
            throw EnvelopeError.signatures(count: count, limit: Self.signatureLimit)
        }
        self.init(
            payloadType: form.payloadType,
            payload: try Self.bytes(form.payload, of: "payload"),
            signatures: try form.signatures.map {
                Signature(keyID: $0.keyid, bytes: try Self.bytes($0.sig, of: "sig"))
            })
    }

    /// The envelope as JSON, the same bytes for the same content.
    package func json() throws -> [UInt8] {
        try StrictJSON.encode(
            Form(
                payload: Base64.encode(payload), payloadType: payloadType,
                signatures: signatures.map { Form.Signature(keyid: $0.keyID, sig: Base64.encode($0.bytes)) }))
            + [UInt8(ascii: "\n")]
    }

    private static func bytes(_ text: String, of field: String) throws(EnvelopeError) -> [UInt8] {
        guard let bytes = Base64.decode(text.utf8) else { throw .base64(field: field) }
        return bytes
    }

    /// The envelope as its JSON has it.
    private struct Form: Codable {
        struct Signature: Codable {
            let keyid: String?
            let sig: String
        }

        let payload: String
        let payloadType: String
        let signatures: [Signature]
    }
}
