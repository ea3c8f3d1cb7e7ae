import Foundation
import RandomTestSupport

/// A secret that a test hides on a disk.
struct PlantedSecret: Sendable {
    /// Where it is hidden.
    enum Place: Sendable, Equatable {
        /// A file of the system's.
        case file(String)
        /// A file that is deleted afterwards.
        case deleted(String)
        /// A file that a program has packed: `gzip`, `xz`, `zstd`, `bzip2`, `lz4`.
        case packed(String, by: String)
        /// A file in the middle of which packed bytes stand, as a journal has them.
        case field(String)
        /// A file of the EFI system partition.
        case esp(String)
        /// The swap.
        case swap
        /// The bytes behind the last partition.
        case gap
    }

    /// The kind by which the scan must tell it.
    let kind: String
    /// Where it is.
    let place: Place
    /// What is written there.
    let content: String

    /// One secret of each kind, in as many places as there are, made from a seed.
    static func all(_ random: inout SeededRandom) -> [PlantedSecret] {
        let keys = privateKeys(&random)
        let tokens = tokens(&random)
        return keys + tokens + cloudTokens(&random) + passwords(&random) + hidden(&random)
    }

    private static func privateKeys(_ random: inout SeededRandom) -> [PlantedSecret] {
        let body = (0..<20).map { _ in random.text(64, base64) }.joined(separator: "\n")
        func pem(_ label: String) -> String { "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n" }
        let serviceAccount = """
            {"type": "service_account", "private_key_id": "\(random.text(40, hex))",
             "private_key": "-----BEGIN PRIVATE KEY-----\\n\(body.replacing("\n", with: "\\n"))\\n-----END PRIVATE KEY-----\\n"}
            """
        return [
            PlantedSecret(
                kind: "private-key", place: .file("/root/.ssh/id_ed25519"), content: pem("OPENSSH PRIVATE KEY")),
            PlantedSecret(
                kind: "private-key", place: .file("/etc/ssl/private/web.key"), content: pem("RSA PRIVATE KEY")),
            PlantedSecret(
                kind: "private-key", place: .file("/srv/ca.key"),
                content: pem("RSA PRIVATE KEY").replacing(
                    "KEY-----\n", with: "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
                    maxReplacements: 1)),
            PlantedSecret(
                kind: "private-key", place: .file("/root/signing.asc"),
                content: pem("PGP PRIVATE KEY BLOCK").replacing(
                    "BLOCK-----\n", with: "BLOCK-----\nVersion: 1\n\n", maxReplacements: 1)),
            PlantedSecret(kind: "private-key", place: .file("/etc/gcp/key.json"), content: serviceAccount),
            PlantedSecret(kind: "gcp-service-account", place: .deleted("/etc/gcp/old.json"), content: serviceAccount),
            PlantedSecret(
                kind: "putty-key", place: .file("/home/admin/key.ppk"),
                content:
                    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n\(random.text(64, base64))\n"
            ),
            PlantedSecret(
                kind: "age-key", place: .file("/root/keys.txt"),
                content: "# public key\nAGE-SECRET-KEY-1\(random.text(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"))\n"),
            PlantedSecret(
                kind: "wireguard-key", place: .file("/etc/wireguard/wg0.conf"),
                content: "[Interface]\nPrivateKey = \(random.text(42, base64))E=\nListenPort = 51820\n"),
            PlantedSecret(
                kind: "gpg-key", place: .file("/root/.gnupg/private-keys-v1.d/A.key"),
                content:
                    "Created: 20260101T000000\nKey: (private-key (rsa (n #00\(random.text(60, "0123456789ABCDEF"))#)))\n"
            ),
            PlantedSecret(
                kind: "gpg-key", place: .file("/root/.gnupg/private-keys-v1.d/B.key"),
                content: "(21:protected-private-key(3:rsa(1:n129:\(random.text(129, base64)))(1:e3:abc)))"),
            PlantedSecret(
                kind: "gpg-key", place: .file("/srv/gnupg/C.key"),
                content: "(11:private-key(3:ecc(5:curve7:Ed25519)(1:q33:\(random.text(33, base64)))))"),
        ]
    }

    private static func tokens(_ random: inout SeededRandom) -> [PlantedSecret] {
        let jwt = "eyJ\(random.text(30, name)).eyJ\(random.text(80, name)).\(random.text(43, name))"
        return [
            PlantedSecret(
                kind: "github-token", place: .file("/etc/profile.d/ci.sh"),
                content: "export GITHUB_TOKEN=ghp" + "_\(random.text(36, letters))\n"),
            PlantedSecret(
                kind: "gitlab-token", place: .file("/root/.config/glab"),
                content: "x: glpat" + "-\(random.text(20, letters))\n"),
            PlantedSecret(
                kind: "npm-token", place: .file("/root/.npmrc"),
                content: "//registry/:_authToken=npm" + "_\(random.text(36, letters))\n"),
            PlantedSecret(
                kind: "pypi-token", place: .file("/root/.pypirc"),
                content: "password = pypi-AgE" + random.text(80, name)),
            PlantedSecret(
                kind: "slack-token", place: .file("/opt/bot.env"),
                content: "SLACK=xoxb" + "-\(random.text(11, digits))-\(random.text(24, letters))\n"),
            PlantedSecret(
                kind: "slack-webhook", place: .file("/opt/hook"),
                content: "https://hooks.slack.com/services/T\(random.text(9, upper))/B\(random.text(9, upper))/"
                    + random.text(24, letters)),
            PlantedSecret(
                kind: "stripe-key", place: .file("/opt/pay.yml"),
                content: "key: sk" + "_live_\(random.text(24, letters))\n"),
            PlantedSecret(
                kind: "sendgrid-key", place: .file("/opt/mail.yml"),
                content: "SG" + ".\(random.text(22, letters)).\(random.text(43, letters))\n"),
            PlantedSecret(kind: "jwt", place: .file("/var/lib/app/session"), content: jwt),
            PlantedSecret(
                kind: "vault-token", place: .file("/root/.vault-token"), content: "hvs" + ".\(random.text(90, letters))"
            ),
            PlantedSecret(
                kind: "tailscale-key", place: .file("/root/join.sh"),
                content: "tailscale up --authkey tskey"
                    + "-auth-\(random.text(12, letters))-\(random.text(32, letters))\n"),
            PlantedSecret(
                kind: "k3s-token", place: .file("/etc/rancher/token"),
                content: "K10\(random.text(64, hex))::server:\(random.text(32, hex))\n"),
        ]
    }

    private static func cloudTokens(_ random: inout SeededRandom) -> [PlantedSecret] {
        [
            PlantedSecret(
                kind: "aws-key-id", place: .file("/root/.aws/credentials"),
                content: "[default]\naws_access_key_id = AKIA\(random.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))\n"),
            PlantedSecret(
                kind: "aws-secret-key", place: .file("/home/admin/.aws/credentials"),
                content: "aws_secret_access_key = \(random.text(40, letters))\n"),
            PlantedSecret(
                kind: "gcp-api-key", place: .file("/srv/www/map.js"),
                content: "key='AIza" + "\(random.text(35, letters))'"),
            PlantedSecret(
                kind: "azure-storage-key", place: .file("/etc/app/azure"),
                content: "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=\(random.text(86, base64))==;\n"),
            PlantedSecret(
                kind: "azure-client-secret", place: .file("/etc/app/sp"),
                content: "value: \(random.text(3, letters))8Q~\(random.text(34, letters))\n"),
            PlantedSecret(
                kind: "digitalocean-token", place: .file("/etc/app/do"),
                content: "dop" + "_v1_\(random.text(64, hex))\n"),
            PlantedSecret(
                kind: "kubernetes-key", place: .file("/root/.kube/config"),
                content: "users:\n- name: admin\n  user:\n    client-key-data: \(random.text(400, base64))\n"),
            PlantedSecret(
                kind: "docker-auth", place: .file("/root/.docker/config.json"),
                content: """
                    {"auths": {"registry": {"auth": "\(Data("admin:\(random.text(14, letters))".utf8).base64EncodedString())"}}}
                    """),
        ]
    }

    private static func passwords(_ random: inout SeededRandom) -> [PlantedSecret] {
        let hash = "$6$\(random.text(16, letters))$\(random.text(86, letters))"
        return [
            PlantedSecret(
                kind: "netrc", place: .file("/root/.netrc"),
                content: "machine git.internal login build password \(random.text(14, letters))\n"),
            PlantedSecret(
                kind: "pgpass", place: .file("/root/.pgpass"),
                content: "db.internal:5432:app:app:\(random.text(12, letters))\n"),
            PlantedSecret(
                kind: "url-password", place: .file("/root/.git-credentials"),
                content: "https://build:\(random.text(12, letters))@git.internal\n"),
            PlantedSecret(
                kind: "command-password", place: .file("/root/.bash_history"),
                content: "ls\nmysql -u root -p\(random.text(12, letters)) app\nexit\n"),
            PlantedSecret(
                kind: "assigned-secret", place: .file("/etc/environment"),
                content: "DB_PASSWORD=\(random.text(16, letters))7aZ\n"),
            PlantedSecret(
                kind: "basic-authorization", place: .file("/etc/app/curlrc"),
                content:
                    "header = Authorization: Basic \(Data("api:\(random.text(12, letters))".utf8).base64EncodedString())\n"
            ),
            PlantedSecret(
                kind: "bearer-authorization", place: .file("/etc/app/request"),
                content: "Authorization: Bearer \(random.text(40, letters))9x\n"),
            PlantedSecret(
                kind: "password-hash", place: .file("/etc/shadow-"), content: "root:\(hash):20000:0:99999:7:::\n"),
            PlantedSecret(
                kind: "installer-secret", place: .file("/root/answers.env"),
                content: "KLDLOAD_PASSWORD=\(random.text(12, letters))\n"),
            PlantedSecret(
                kind: "wifi-key", place: .file("/etc/NetworkManager/system-connections/w"),
                content: "[wifi-security]\npsk=\(random.text(12, letters))4\n"),
        ]
    }

    /// The same kinds where nobody looks.
    private static func hidden(_ random: inout SeededRandom) -> [PlantedSecret] {
        func github() -> String { "token ghp" + "_\(random.text(36, letters))\n" }
        let padding = String(repeating: "a line of a log, which says nothing\n", count: 200)
        return [
            PlantedSecret(kind: "github-token", place: .deleted("/tmp/deleted"), content: github()),
            PlantedSecret(kind: "github-token", place: .swap, content: github()),
            PlantedSecret(kind: "github-token", place: .gap, content: github()),
            PlantedSecret(kind: "github-token", place: .esp("/EFI/answers.env"), content: github()),
            PlantedSecret(
                kind: "github-token", place: .field("/var/log/journal/system.journal"), content: padding + github()),
            PlantedSecret(
                kind: "github-token", place: .packed("/var/log/syslog.2.gz", by: "gzip"), content: padding + github()),
            PlantedSecret(
                kind: "github-token", place: .packed("/var/log/app.xz", by: "xz"), content: padding + github()),
            PlantedSecret(
                kind: "github-token", place: .packed("/var/lib/snapshots/install.zst", by: "zstd"),
                content: padding + github()),
            PlantedSecret(
                kind: "github-token", place: .packed("/srv/dump.bz2", by: "bzip2"), content: padding + github()),
            PlantedSecret(
                kind: "github-token", place: .packed("/srv/dump.lz4", by: "lz4"), content: padding + github()),
        ]
    }

    private static let digits = "0123456789"
    private static let hex = "0123456789abcdef"
    private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let letters = upper + upper.lowercased() + digits
    private static let name = letters + "_-"
    private static let base64 = letters + "+/"
}

extension SeededRandom {
    /// A text of `count` characters of an alphabet, with a digit of it among the first where it has one.
    fileprivate mutating func text(_ count: Int, _ alphabet: String) -> String {
        let characters = Array(alphabet)
        var text = (0..<count).map { _ in characters.randomElement(using: &self) ?? "x" }
        // So that what is random looks so, whatever the seed.
        if alphabet.contains("7"), count > 6, alphabet.contains("Q") || alphabet.contains("q") {
            text[count / 2] = "7"
            text[count / 2 + 1] = alphabet.contains("Q") ? "Q" : "q"
        }
        return String(text)
    }
}
