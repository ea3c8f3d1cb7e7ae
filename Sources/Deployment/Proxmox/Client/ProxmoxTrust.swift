internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOSSL

/// What makes a server the right one. It is decided in the handshake, before a byte of the token is sent.
package struct ProxmoxTrust: Sendable {
    /// How a certificate is judged.
    package enum Rule: Sendable, Equatable {
        /// By the system's authorities, its dates and the host's name.
        case system
        /// By the authorities in a PEM text, its dates and the host's name.
        case authorities([UInt8])
        /// By its own fingerprint alone, as Proxmox's client does it: neither dates nor names count.
        case fingerprint(CertificateFingerprint)
    }

    /// The rule.
    let rule: Rule
    private let context: NIOSSLContext

    /// A rule, made ready.
    ///
    /// - Throws: ``ProxmoxTrustError`` for authorities that are none.
    package init(_ rule: Rule) throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if case .authorities(let pem) = rule {
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
                throw ProxmoxTrustError()
            }
            configuration.trustRoots = .certificates(certificates)
        }
        // The callback that compares the fingerprint replaces the look at the chain, but not that at the name.
        if case .fingerprint = rule { configuration.certificateVerification = .noHostnameVerification }
        self.rule = rule
        context = try NIOSSLContext(configuration: configuration)
    }

    /// The handler that encrypts a connection, and refuses a server that is not the right one.
    func handler(for host: String) throws -> NIOSSLClientHandler {
        guard case .fingerprint(let expected) = rule else {
            return try NIOSSLClientHandler(context: context, serverHostname: Self.serverName(host))
        }
        return try handler(for: host) { $0 == expected }
    }

    /// The handler for a look at a server's certificate, which then goes no further.
    func probe(for host: String, seen: NIOLockedValueBox<SeenCertificate?>) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: Self.serverName(host)) { certificates, verdict in
            seen.withLockedValue { $0 = certificates.first.flatMap(SeenCertificate.init) }
            verdict.succeed(NIOSSLVerificationResult.failed)
        }
    }

    private func handler(
        for host: String, accepts: @escaping @Sendable (CertificateFingerprint) -> Bool
    ) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: Self.serverName(host)) { certificates, verdict in
            let leaf = certificates.first.flatMap(SeenCertificate.init)
            verdict.succeed(leaf.map { accepts($0.fingerprint) } == true ? .certificateVerified : .failed)
        }
    }

    /// The name that TLS asks the server for; a number is none.
    private static func serverName(_ host: String) -> String? {
        (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }
}

/// A certificate that a server showed.
struct SeenCertificate: Sendable {
    /// Its fingerprint.
    let fingerprint: CertificateFingerprint
    /// The first second since 1970 in which it holds.
    let start: Int
    /// The last one.
    let end: Int

    init?(_ certificate: NIOSSLCertificate) {
        guard let der = try? certificate.toDERBytes() else { return nil }
        fingerprint = CertificateFingerprint(der: der)
        (start, end) = (certificate.notValidBefore, certificate.notValidAfter)
    }
}

/// Authorities that cannot be read.
package struct ProxmoxTrustError: Error, CustomStringConvertible {
    package var description: String {
        "there is no certificate of an authority in it; give PEM, such as /etc/pve/pve-root-ca.pem of a node"
    }
}
