import HostSystem
import ProxmoxStandIn
import ProxmoxTestSupport
import Testing

@testable import Deployment

/// To a server that is not the right one, not a byte is sent.
struct CertificateTests {
    /// What the client says of a server with a flaw, having sent it nothing.
    private func problem(
        _ flaw: CertificateFlaw, at host: String? = nil, _ rule: (ProxmoxStandIn) throws -> ProxmoxTrust.Rule
    ) async throws -> ProxmoxError.CertificateProblem? {
        try await ProxmoxStandIn.with(.usual(), flaw: flaw) { server in
            let endpoint = host.map { "https://\($0):\(server.port)" }
            let client = try ProxmoxScene.client(of: server, try rule(server), at: endpoint)
            do {
                _ = try await client.version()
                #expect(server.receivedBytes > 0)
                #expect(server.violations == [])
                return nil
            } catch let error as ProxmoxError {
                #expect(server.receivedBytes == 0)
                #expect(server.requests == [])
                guard case .certificate(let problem) = error.kind else { throw error }
                #expect("\(error)".contains("nothing was sent"))
                return problem
            }
        }
    }

    private func authority(_ server: ProxmoxStandIn) throws -> ProxmoxTrust.Rule {
        .authorities(try server.caFile.readBytes())
    }

    private func fingerprint(_ server: ProxmoxStandIn) throws -> ProxmoxTrust.Rule {
        .fingerprint(try #require(CertificateFingerprint(server.fingerprint)))
    }

    @Test func theAuthorityVouches() async throws {
        #expect(try await problem(.none, authority) == nil)
        #expect(try await problem(.none, at: "localhost", authority) == nil)
    }

    @Test func aForeignAuthorityDoesNot() async throws {
        #expect(try await problem(.none) { _ in .system } == .authority)
        #expect(try await problem(.expired) { _ in .system } == .expired)
    }

    @Test func anExpiredCertificateIsRefused() async throws {
        #expect(try await problem(.expired, authority) == .expired)
    }

    @Test func anotherHostsCertificateIsRefused() async throws {
        #expect(try await problem(.wrongHost, authority) == .host)
        #expect(try await problem(.wrongHost, at: "localhost", authority) == .host)
    }

    @Test(arguments: CertificateFlaw.allCases)
    func theRightFingerprintIsEnough(_ flaw: CertificateFlaw) async throws {
        #expect(try await problem(flaw, fingerprint) == nil)
    }

    @Test func aWrongFingerprintSendsNoByteOfTheToken() async throws {
        let other = CertificateFingerprint(der: [1, 2, 3])
        #expect(try await problem(.none) { _ in .fingerprint(other) } == .fingerprint)
    }

    @Test func authoritiesThatAreNoneAreRefused() {
        #expect(throws: ProxmoxTrustError.self) { try ProxmoxTrust(.authorities(Array("no certificate".utf8))) }
        #expect(throws: ProxmoxTrustError.self) { try ProxmoxTrust(.authorities([])) }
    }
}
