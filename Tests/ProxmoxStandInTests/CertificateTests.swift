import HostSystem
import ProxmoxStandIn
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5))) struct CertificateTests {
    /// 60: the certificate does not verify.
    @Test(arguments: [(CertificateFlaw.none, 0), (.expired, 60), (.wrongHost, 60)])
    func showsACertificate(flaw: CertificateFlaw, exitCode: Int) async throws {
        try await ProxmoxStandIn.with(.usual(), flaw: flaw) { server in
            let curl = Curl(
                server: server, authorization: server.account.authorization,
                folder: server.caFile.removingLastComponent())
            let reply = try await curl("GET", "/version")
            #expect(reply.exitCode == exitCode)
            #expect((server.receivedBytes > 0) == (exitCode == 0))
            #expect(server.requests.count == (exitCode == 0 ? 1 : 0))
        }
    }

    @Test func tellsTheFingerprintThatOpensslSees() async throws {
        try await Curl.with(.usual(nodes: 2)) { curl, server in
            let told = try await curl("GET", "/nodes/pve2/certificates/info").data.list?.first?["fingerprint"]?.text
            #expect(told == server.fingerprints["pve2"])
            #expect(told != server.fingerprint)
            let seen = try await Program.run(
                "bash",
                [
                    "-c",
                    #"openssl s_client -connect "$1" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256"#,
                    "openssl", "127.0.0.2:\(server.port)",
                ], deadline: .seconds(20)
            ).text
            #expect(told.map { seen.hasSuffix("=\($0)") } == true)
        }
    }
}
