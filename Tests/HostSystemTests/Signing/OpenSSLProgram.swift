import HostSystem
import SystemPackage

/// The program `openssl`, which makes and judges keys and signatures apart from us.
struct OpenSSLProgram {
    /// Where its files are.
    let folder: FilePath

    /// Runs a test with a folder of its own.
    static func with(_ body: (OpenSSLProgram) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-openssl") { try await body(OpenSSLProgram(folder: $0)) }
    }

    /// Runs it; a passphrase is in the variable PW.
    @discardableResult
    func run(_ arguments: String..., passphrase: String = "") async throws -> String {
        try await Program.run(
            "openssl", arguments, environment: ["PW": passphrase], in: folder, deadline: .seconds(60)
        ).text
    }

    /// Makes a plain private key in a file.
    func makeKey(_ algorithm: PrivateKey.Algorithm, in file: String) async throws {
        switch algorithm {
        case .p256:
            try await run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file)
        case .ed25519: try await run("genpkey", "-algorithm", "ED25519", "-out", file)
        }
    }

    /// Signs a file.
    func sign(_ file: String, by key: String, _ algorithm: PrivateKey.Algorithm) async throws -> [UInt8] {
        switch algorithm {
        case .p256: try await run("dgst", "-sha256", "-sign", key, "-out", "theirs.sig", file)
        case .ed25519:
            try await run("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", file, "-out", "theirs.sig")
        }
        return try read("theirs.sig")
    }

    /// Verifies a signature of a file; fails if it is not good.
    func verify(_ signature: String, of file: String, by key: String, _ algorithm: PrivateKey.Algorithm) async throws {
        switch algorithm {
        case .p256: try await run("dgst", "-sha256", "-verify", key, "-signature", signature, file)
        case .ed25519:
            try await run(
                "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", file, "-sigfile", signature)
        }
    }

    /// The bytes of a file.
    func read(_ file: String) throws -> [UInt8] {
        try folder.appending(file).readBytes()
    }

    /// Puts bytes into a file.
    func write(_ bytes: some Sequence<UInt8>, to file: String) throws {
        try folder.appending(file).write(bytes, mode: .privateFile)
    }
}
