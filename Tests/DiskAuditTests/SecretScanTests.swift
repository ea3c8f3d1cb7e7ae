import DiskImages
import Foundation
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskAudit

struct SecretScanTests {
    @Test func findsEverySecretAndItsPlace() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let secrets = PlantedSecret.all(&random)
        try #require(secrets.count >= 40)
        try await withDisk(secrets) { disk, folder in
            let reader = try DiskImage.open(disk.raw, as: .raw)
            let scan = try await SecretScan().scan(reader)
            let locations = try await DiskMap(scratch: folder).locations(of: scan.hits.map(\.offset), on: reader)
            for secret in secrets {
                let isFound = scan.hits.contains { hit in
                    hit.kind == secret.kind && locations[hit.offset].map { secret.place.holds($0, hit) } == true
                }
                #expect(isFound, "\(secret.kind) in \(secret.place)")
            }
            try expectNoSecretIsTold(scan, locations, secrets)
            #expect(!scan.hasMore && scan.cutStreams == 0 && scan.cutBlocks == 0)
        }
    }

    /// Expects that the report has no piece of what was hidden.
    private func expectNoSecretIsTold(
        _ scan: ScanResult, _ locations: [Int64: DiskMap.Location], _ secrets: [PlantedSecret]
    ) throws {
        let report = DiskAuditor(AuditDeclarations()).report(
            system: nil, whyNoSystem: "none", volumes: nil, scan: scan, locations: locations)
        #expect(!report.isGood)
        let json = String(decoding: try report.json(), as: UTF8.self)
        for secret in secrets {
            for word in secret.content.split(whereSeparator: { " \n=\"':/@".contains($0) }) where word.count >= 12 {
                guard word.contains(where: \.isNumber), !secret.content.hasPrefix("PuTTY") else { continue }
                #expect(!json.contains(word), "\(secret.kind)")
            }
        }
    }

    @Test func findsTheBuildsOwnSecretsInEveryForm() async throws {
        let secret = "p\u{E4}ss-W0rd/for us"
        let base64 = { (count: Int) in
            Data((String(repeating: "x", count: count) + secret + "tail").utf8).base64EncodedString()
        }
        let wide = Array(secret.data(using: .utf16LittleEndian) ?? Data())
        let digits = secret.utf8.map { String(format: "%02x", $0) }.joined()
        let address = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let forms: [[UInt8]] =
            [Array(secret.utf8), wide, Array(digits.utf8), Array(address.utf8)] + (0..<3).map { Array(base64($0).utf8) }
        for form in forms {
            let scan = try await scan(
                [1, 2, 3] + form + [4], for: [BuildSecret(name: "TOKEN", secret: Secret(secret))])
            #expect(scan.hits.map(\.kind) == ["build-secret"], "\(String(decoding: form, as: UTF8.self))")
            #expect(scan.hits.allSatisfy { $0.title == "the build's secret TOKEN" && $0.fingerprint == nil })
        }
    }

    @Test func leavesOutSecretsThatAreTooShortAndSaysSo() async throws {
        let short = BuildSecret(name: "PIN", secret: Secret("1234567"))
        let scan = try await scan(Array("1234567".utf8), for: [short])
        #expect(scan.hits == [])
        let report = DiskAuditor(AuditDeclarations()).report(
            system: nil, volumes: nil, scan: scan, locations: [:], secrets: [short])
        #expect(report.checks.last?.detail?.contains("too short to be looked for: PIN") == true)
    }

    @Test(arguments: [
        "password = getpass.getpass()", "export PASSWORD=$1", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
        "https://user:password@example.com/", "password=changeme-please1", "-----BEGIN RSA PRIVATE KEY-----\0%s",
        "token = sha256_token", "secret: <your secret here>", "AuthToken: ${TOKEN}", "PrivateKey = <key>",
        "passwd:         files systemd", "--password=PASSWORD  the password", "Authorization: Basic dXNlcjpwYXNz",
        "psk=\"secret passphrase\"", "machine HOST login USER password PASSWORD",
        "https://$USER:$TOKEN@git.internal/x", "https://{user}:{pass_word}@git.internal/",
        "https://user:%(pass_word)s@git.internal/", "http://user[:pass]@proxy.internal:3128",
        "https://user:pass%77ord@git.internal/", "machine git.internal login build password <word-of-build>",
        "machine git.internal login build password ${WORD_1}", "db.internal:5432:app:app:%s\\n",
        "db.internal:5432:app:app:{{app_word}}", "sed -i '/^KLDLOAD_PASSWORD=.*/d' answers.env",
        "KLDLOAD_EXPORT_SCP_KEY=/root/.ssh/copy", "mysqldump -u root -p>dump.sql", "psk=config['psk1']",
        "private_key=\"/etc/cert/exchange-2048.prv\"", "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    ])
    func takesNoExampleForASecret(text: String) async throws {
        #expect(try await scan(Array("\n\(text)\n".utf8)).hits == [])
    }

    /// Passwords with the signs that formats, paths and manuals have, too.
    static let passwords = [
        ("netrc", "machine git.internal login build password S3cr%t<1x"),
        ("netrc", "machine git.internal login build password -d@sh*1"),
        ("pgpass", "db.internal:5432:app:app:/p@ss(1)"), ("pgpass", "db.internal:5432:app:app:&mp3r$and"),
        ("url-password", "https://build:p%40ss%2Fw0rd@git.internal"),
        ("url-password", "https://build:a%25b%5B7%21@git.internal/x"),
        ("url-password", "https://build:pa$$w0rd@git.internal"),
        ("docker-auth", "\"auth\": \"\(Data("build:${x} {9}".utf8).base64EncodedString())\""),
        ("basic-authorization", "Authorization: Basic \(Data("build:-p$s*".utf8).base64EncodedString())"),
        ("aws-secret-key", "aws_secret_access_key = /Qm7tK2vR9pLx4nWz8bHc3jFd6sGy1aEu5oTi0qV"),
        ("bearer-authorization", "Authorization: Bearer /Qm7tK2vR9pLx4nWz8bHc3jFd6sGy"),
        ("kickstart-password", "rootpw --plaintext [t3st]pw"),
    ]

    @Test(arguments: passwords)
    func findsPasswordsWithAnySigns(kind: String, text: String) async throws {
        #expect(try await scan(Array("\n\(text)\n".utf8)).hits.map(\.kind) == [kind])
    }

    @Test func findsWhatLiesAcrossTheEndsOfWindows() async throws {
        let token = "ghp" + "_" + String(repeating: "aB3dE5fG7h", count: 4).prefix(36)
        for offset in [-40, -20, -1, 0, 1] {
            var bytes = [UInt8](repeating: UInt8(ascii: " "), count: 3 << 20)
            let start = (1 << 20) + offset
            bytes.replaceSubrange(start..<start + token.utf8.count, with: token.utf8)
            #expect(try await scan(bytes).hits.map(\.offset) == [Int64(start)], "at \(offset)")
        }
    }

    @Test func unpacksAStreamThatIsLongerThanABlock() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-audit") { folder in
            let token = "ghp" + "_" + String(repeating: "aB3dE5fG7h", count: 4).prefix(36)
            var text = String(repeating: "nothing is to be seen in this line\n", count: 200_000)
            text += "\(token)\n" + text
            try folder.appending("log").write(text.utf8)
            let packed = try await Program.run(
                "gzip", ["--stdout", folder.appending("log").string], deadline: .seconds(60))
            let scan = try await scan([UInt8](repeating: 1, count: 700) + packed.standardOutput)
            #expect(scan.hits.map(\.kind) == ["github-token"])
            #expect(scan.hits.map(\.offset) == [700] && scan.hits.map(\.isUnpacked) == [true])
            #expect(scan.unpackedBytes == Int64(text.utf8.count) && scan.unpackedStreams == 1)
        }
    }

    @Test func endsWhenItIsCancelled() async throws {
        let work = Task { try await scan([UInt8](repeating: 65, count: 64 << 20)) }
        work.cancel()
        await #expect(throws: CancellationError.self) { _ = try await work.value }
    }

    private func scan(_ bytes: [UInt8], for secrets: [BuildSecret] = []) async throws -> ScanResult {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-audit") { folder in
            let file = folder.appending("disk")
            try file.write(bytes + [UInt8](repeating: 0, count: 512 - bytes.count % 512))
            return try await SecretScan(for: secrets).scan(try DiskImage.open(file, as: .raw))
        }
    }

    private func withDisk(_ secrets: [PlantedSecret], _ body: (PlantedDisk, FilePath) async throws -> Void) async throws
    {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-audit") { folder in
            let disk = try PlantedDisk(in: folder)
            try await disk.make(with: secrets)
            try await body(disk, folder)
        }
    }
}

extension PlantedSecret.Place {
    /// Whether a hit is told to be here.
    fileprivate func holds(_ location: DiskMap.Location, _ hit: ScanResult.Hit) -> Bool {
        switch self {
        case .file(let path): location.path == path && location.place.hasPrefix("partition 2") && !hit.isUnpacked
        case .deleted: location.path == nil && location.place.hasSuffix("in free space")
        case .packed(let path, _), .field(let path): location.path == path && hit.isUnpacked
        case .esp(let path): location.path == path && location.place.hasPrefix("partition 1")
        case .swap: location.path == nil && location.place == "partition 3, offset 123462"
        case .gap: location.path == nil && location.place.hasPrefix("outside of all partitions")
        }
    }
}
