internal import SystemPackage

/// The hooks of a bare repository: `update` keeps the ledger's tags as they are, `post-receive` builds what a tag asks for.
package enum ServerHooks {
    /// Both.
    package static var files: [GeneratedFile] {
        [("update", PackageResources.update_sh), ("post-receive", PackageResources.post_receive_sh)].map {
            name, bytes in
            GeneratedFile(
                FilePath("pipelines/ci/hooks").appending(name), body: String(decoding: bytes, as: UTF8.self),
                command: "ci generate hook")
        }
    }
}
