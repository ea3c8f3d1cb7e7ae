internal import DiskImages
internal import Pipeline

extension Template {
    /// What the converter writes for each of the template's formats.
    ///
    /// - Throws: `OVADescriptionError`, when no importer would take a machine like the template's.
    func imageOutputs() throws -> [ImageOutput] {
        try formats.map { format in
            switch format {
            case .qcow2(.zstd(let level)): .qcow2(level.map { .zstd(level: $0) } ?? .defaultZstd)
            case .qcow2(.zlib(let level)): .qcow2(level.map { .deflate(level: $0) } ?? .defaultDeflate)
            case .qcow2(.none): .qcow2(.plain)
            case .vmdk(let level): .vmdk(Self.grains(level))
            case .vhd(.fixed): .vhd(.fixed)
            case .vhd(.dynamic): .vhd(.dynamic)
            case .ova(let level): .ova(try appliance(), Self.grains(level))
            case .raw: .raw()
            }
        }
    }

    private static func grains(_ level: Int?) -> UnitEncoding {
        level.map { .zlib(level: $0) } ?? .defaultZlib
    }

    /// The machine that an OVA asks for: the one that the image is built in.
    private func appliance() throws -> OVADescription {
        try OVADescription(
            name: name, cpus: machine.cpus, memory: machine.memory, firmware: .efi,
            system: .named(answers.distribution), product: .init(name: name), annotation: summary)
    }
}
