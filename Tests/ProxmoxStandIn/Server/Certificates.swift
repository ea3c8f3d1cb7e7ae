internal import Foundation
internal import HostSystem
internal import SystemPackage

/// What is wrong with the certificates that a server shows.
package enum CertificateFlaw: Sendable, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// They have run out.
    case expired
    /// They are another host's.
    case wrongHost
}

/// Certificates as a cluster has them: an authority of its own, and a leaf for each node; made by the program `openssl`.
struct Certificates: Sendable {
    /// A node's certificate.
    struct Leaf: Sendable {
        let certificate: FilePath
        let key: FilePath
        /// The SHA-256 over its DER, as pairs of upper-case digits parted by colons.
        let fingerprint: String
        let subject: String
    }

    /// The authority's certificate.
    let authority: FilePath
    private let key: FilePath
    private let folder: FilePath

    /// Makes an authority in a folder.
    init(in folder: FilePath) async throws {
        self.folder = folder
        authority = folder.appending("pve-root-ca.pem")
        key = folder.appending("pve-root-ca.key")
        try await Self.openssl(
            ["req", "-x509", "-days", "30", "-subj", "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA"]
                + Self.newKey(key) + ["-out", authority.string]
                + ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"])
    }

    /// Makes a node's certificate.
    func makeLeaf(node: String, address: String, flaw: CertificateFlaw) async throws -> Leaf {
        let certificate = folder.appending("\(node).pem")
        let leafKey = folder.appending("\(node).key")
        let request = folder.appending("\(node).csr")
        let names = flaw == .wrongHost ? "DNS:elsewhere.example" : "IP:\(address),DNS:localhost,DNS:\(node)"
        try await Self.openssl(
            ["req", "-new", "-subj", "/CN=\(node)"] + Self.newKey(leafKey) + ["-out", request.string]
                + ["-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=critical,CA:FALSE"]
                + ["-addext", "extendedKeyUsage=serverAuth"])
        try await Self.openssl([
            "x509", "-req", "-in", request.string, "-CA", authority.string, "-CAkey", key.string,
            "-set_serial", String(UInt32.random(in: 1 ... .max)), "-copy_extensions", "copy",
            "-days", flaw == .expired ? "-1" : "10", "-out", certificate.string,
        ])
        let line = try await Self.openssl(["x509", "-in", certificate.string, "-noout", "-fingerprint", "-sha256"])
        return Leaf(
            certificate: certificate, key: leafKey, fingerprint: String(line.drop { $0 != "=" }.dropFirst()),
            subject: "/CN=\(node)")
    }

    private static func newKey(_ path: FilePath) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path.string]
    }

    @discardableResult
    private static func openssl(_ arguments: [String]) async throws -> String {
        try await Program.run("openssl", arguments, deadline: .seconds(60)).text
    }
}
