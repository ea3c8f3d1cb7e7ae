internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// Defaults for options, from `imagefactory.yaml` beside `templates/`; it never holds a secret.
///
/// The order is: flag, `IMAGEFACTORY_*` environment variable, this file, built-in.
struct Configuration {
    /// The name of the file.
    static let fileName: FilePath = "imagefactory.yaml"

    /// What executes the guests.
    var accelerator: AcceleratorRequest?
    /// libvirt's URI.
    var connect: String?
    /// The folder for releases, relative to the file's.
    var output: String?
    /// What becomes of a machine that failed.
    var onFailure: FailurePolicy?

    /// The file in `root`; all is empty where there is none.
    init(root: FilePath) throws {
        let path = root.pushing(Self.fileName)
        guard path.exists else { return }
        let reader = YAMLReader()
        let node = try YAMLFile.read(path, named: Self.fileName)
        let values = reader.mapping(node, named: Self.fileName.string) { keys in
            (
                accelerator: keys.read("accelerator") { $0.word($1, named: $2, as: AcceleratorRequest.self) },
                connect: keys.string("connect"), output: keys.string("output"),
                onFailure: keys.read("on-failure") { $0.word($1, named: $2, as: FailurePolicy.self) }
            )
        }
        try reader.finish()
        accelerator = values?.accelerator
        connect = values?.connect
        output = values?.output
        onFailure = values?.onFailure
    }
}
