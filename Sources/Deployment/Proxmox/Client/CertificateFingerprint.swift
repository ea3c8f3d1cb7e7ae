package import HostSystem

/// The SHA-256 of a certificate, as Proxmox shows it: 32 pairs of hexadecimal digits with colons between.
package struct CertificateFingerprint: Sendable, Hashable, CustomStringConvertible {
    /// The digest of the certificate's DER.
    package let digest: Digest

    /// The fingerprint of a certificate.
    package init(der: [UInt8]) {
        digest = Digest.of(der)
    }

    /// Reads `AB:CD:…`, in either case; nil for anything else, also for another number of pairs.
    package init?(_ text: String) {
        let pairs = text.split(separator: ":", omittingEmptySubsequences: false)
        guard pairs.count == 32, pairs.allSatisfy({ $0.utf8.count == 2 }), let digest = Digest(hex: pairs.joined())
        else { return nil }
        self.digest = digest
    }

    package var description: String {
        let digits = Array(digest.hex.uppercased())
        return stride(from: 0, to: digits.count, by: 2).map { String(digits[$0...$0 + 1]) }.joined(separator: ":")
    }
}
