internal import Foundation
internal import NIOConcurrencyHelpers
internal import NIOSSL

/// Why a server's certificate was not taken.
///
/// TLS tells only that it was not. So the server is asked for it once more, and nothing is sent.
struct CertificateDiagnosis {
    /// The way to the server.
    let transport: ProxmoxTransport

    /// What is wrong, and that in words; nil where the certificate is not the reason.
    func problem(_ error: any Error) async -> (kind: ProxmoxError.CertificateProblem, words: String)? {
        let seen = NIOLockedValueBox<SeenCertificate?>(nil)
        let connection = ProxmoxConnection()
        let (trust, host) = (transport.trust, transport.endpoint.host)
        try? await connection.open(transport) { try trust.probe(for: host, seen: seen) }
        connection.close()
        guard let certificate = seen.withLockedValue(\.self) else { return nil }
        let fingerprint = certificate.fingerprint
        if case .fingerprint(let expected) = transport.trust.rule {
            guard fingerprint != expected else { return nil }
            return (.fingerprint, "the server's certificate is \(fingerprint), and not \(expected)")
        }
        let now = Int(Date().timeIntervalSince1970)
        if now > certificate.end {
            return (.expired, "the server's certificate expired on \(Self.day(certificate.end)) (\(fingerprint))")
        }
        if now < certificate.start {
            return (.early, "the server's certificate begins on \(Self.day(certificate.start)) (\(fingerprint))")
        }
        if (error as? NIOSSLExtraError) == .failedToValidateHostname {
            return (.host, "the server's certificate is not for \(host) (\(fingerprint))")
        }
        return (.authority, "no authority that counts vouches for the server's certificate (\(fingerprint))")
    }

    private static func day(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601.year().month().day())
    }
}
