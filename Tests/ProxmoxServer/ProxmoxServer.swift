import Foundation
import HostSystem
import ProxmoxStandIn
import SystemPackage

/// Serves a cluster that stands in for a real one, for programs that are not tests, until its standard input ends.
///
/// It prints one line of JSON: where it is, its authority's certificate, and a token.
@main
struct ProxmoxServer {
    static func main() async throws {
        try await ProxmoxStandIn.with(.usual()) { server in
            let account = server.account
            let place = [
                "endpoint": server.endpoint, "ca": server.caFile.string,
                "token": "\(account.tokenID)=\(account.secret.reveal())",
            ]
            let line = try JSONSerialization.data(withJSONObject: place, options: [.withoutEscapingSlashes])
            FileHandle.standardOutput.write(line + Data("\n".utf8))
            try await offloaded { _ in _ = FileHandle.standardInput.readDataToEndOfFile() }
            guard server.violations.isEmpty else { fatalError("\(server.violations)") }
        }
    }
}
