internal import DiskImages
internal import HostSystem
internal import SystemPackage

/// A format on the command line and how it is to be written: `qcow2`, `qcow2:compression=zlib:level=9`, `vhd:layout=dynamic`,
/// `ova:cpus=4:memory=8GiB`, `raw:device=/dev/sdb`.
struct ImageOutputOption {
    private let format: ImageFormat
    private var values: [String: String]

    /// The formats of a list whose items are parted by commas.
    ///
    /// - Parameter name: The name of the image, which is also the machine's in an OVA.
    /// - Throws: ``UsageError``.
    static func outputs(_ list: String, name: String) throws -> [ImageOutput] {
        let items = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return try items.map { try ImageOutputOption($0).output(name: name) }
    }

    private init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let format = ImageFormat(rawValue: parts[0]) else {
            let all = ImageFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(description: "'\(parts[0])' is not a format; there are \(all)")
        }
        self.format = format
        values = [:]
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else {
                throw UsageError(description: "'\(part)' in '\(text)' is no option; write it as name=value")
            }
            values[String(part[..<equals])] = String(part[part.index(after: equals)...])
        }
    }

    private consuming func output(name: String) throws -> ImageOutput {
        let output: ImageOutput =
            switch format {
            case .qcow2: .qcow2(try clusters())
            case .vmdk: .vmdk(try grains())
            case .vhd: .vhd(try choice("layout", VHDLayout.self) ?? .fixed)
            case .ova: .ova(try machine(name), try grains())
            case .raw: .raw(device: values.removeValue(forKey: "device").map { FilePath($0) })
            }
        guard let unknown = values.keys.min() else { return output }
        throw UsageError(description: "\(format.rawValue) has no option '\(unknown)'")
    }

    private mutating func clusters() throws -> UnitEncoding {
        enum Compression: String, CaseIterable { case zstd, zlib, none }
        switch try choice("compression", Compression.self) ?? .zstd {
        case .none: return .plain
        case .zstd: return try number("level", in: 1...19).map { .zstd(level: $0) } ?? .defaultZstd
        case .zlib: return try number("level", in: 1...9).map { .deflate(level: $0) } ?? .defaultDeflate
        }
    }

    private mutating func grains() throws -> UnitEncoding {
        try number("level", in: 1...12).map { .zlib(level: $0) } ?? .defaultZlib
    }

    private mutating func machine(_ name: String) throws -> OVADescription {
        let cpus = try number("cpus", in: 1...128) ?? 2
        let memory = try values.removeValue(forKey: "memory").map { try ByteCount(parsing: $0) } ?? .gibibytes(2)
        let firmware = try choice("firmware", OVADescription.Firmware.self) ?? .efi
        let system = values.removeValue(forKey: "system").map { GuestSystem.named($0) } ?? .linux
        return try OVADescription(name: name, cpus: cpus, memory: memory, firmware: firmware, system: system)
    }

    private mutating func number(_ option: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = values.removeValue(forKey: option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                description:
                    "\(option)=\(text) of \(format.rawValue) is not a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ option: String, _ type: Choice.Type
    ) throws -> Choice? {
        guard let text = values.removeValue(forKey: option) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(description: "\(option)=\(text) of \(format.rawValue) is not one of \(all)")
        }
        return choice
    }
}
