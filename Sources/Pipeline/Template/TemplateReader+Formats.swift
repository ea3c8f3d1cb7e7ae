extension TemplateReader {
    /// `formats: [qcow2]` or `formats: { qcow2: { compression: zstd, level: 9 }, raw: }`
    func formats(_ node: YAMLNode?) -> [Template.Format] {
        guard let node else { return [Template.Format(.qcow2)] }
        let formats: [Template.Format?]
        switch node.content {
        case .mapping(let entries):
            formats = entries.map { key, value in
                formatName(key.text, at: key.place).map { format($0, options: value) }
            }
        case .list(let items):
            formats = items.map { item in
                reader.string(item, named: "a format").flatMap { formatName($0, at: item.place) }.map { .init($0) }
            }
            reportTwice(zip(formats, items).compactMap { format, item in format.map { ($0.name, item.place) } })
        case .scalar:
            reader.mismatch(
                node, of: "formats", expected: "a list or a mapping", suggestion: "write 'formats: [qcow2, vmdk]'")
            return []
        }
        if formats.isEmpty {
            reader.report(at: node.place, "there is no format to write", suggestion: "write 'formats: [qcow2]'")
        }
        return formats.compactMap(\.self)
    }

    private func formatName(_ text: String, at place: YAMLPlace) -> Template.Format.Name? {
        let name = Template.Format.Name(rawValue: text)
        if name == nil {
            let names = Template.Format.Name.allCases.map(\.rawValue)
            reader.report(
                at: place, "'\(text)' is not a format",
                suggestion: text.didYouMean(names) ?? "the formats are " + names.joined(separator: ", "))
        }
        return name
    }

    private func reportTwice(_ formats: [(name: Template.Format.Name, place: YAMLPlace)]) {
        var names: Set<Template.Format.Name> = []
        for (name, place) in formats where !names.insert(name).inserted {
            reader.report(
                at: place, "the format '\(name.rawValue)' is there twice", suggestion: "leave one of them")
        }
    }

    private func format(_ name: Template.Format.Name, options: YAMLNode) -> Template.Format {
        guard !options.isNull else { return Template.Format(name) }
        return reader.mapping(options, named: name.rawValue) { keys in
            reportForeignOptions(of: name, in: keys)
            switch name {
            case .qcow2: return .qcow2(compression(keys))
            case .vmdk: return .vmdk(level: level(1...12, keys))
            case .vhd: return .vhd(keys.word("layout") ?? .fixed)
            case .ova: return .ova(level: level(1...12, keys))
            case .raw: return .raw
            }
        } ?? Template.Format(name)
    }

    private func compression(_ keys: YAMLMapping) -> Template.Format.Compression {
        switch keys.word("compression", as: CompressionMethod.self) ?? .zstd {
        case .zstd: return .zstd(level: level(1...19, keys))
        case .zlib: return .zlib(level: level(1...9, keys))
        case .none:
            if keys.optional("level") != nil {
                reader.report(
                    at: keys.place(of: "level"), "without compression there is no level",
                    suggestion: "remove it, or write 'compression: zstd'")
            }
            return .none
        }
    }

    private func level(_ range: ClosedRange<Int>, _ keys: YAMLMapping) -> Int? {
        keys.integer("level", in: range)
    }

    /// Reports options that are none of this format's; those that are another's say whose.
    private func reportForeignOptions(of name: Template.Format.Name, in keys: YAMLMapping) {
        keys.acceptAllKeys()
        for (key, _) in keys.entries where !name.options.contains(key.text) {
            let owners = Template.Format.Name.allCases.filter { $0.options.contains(key.text) }.map(\.rawValue)
            let mine =
                name.options.isEmpty
                ? "\(name.rawValue) has none" : "the options are " + name.options.joined(separator: ", ")
            reader.report(
                at: key.place,
                "'\(key.text)' is not an option of \(name.rawValue)"
                    + (owners.isEmpty ? "" : ", but of " + owners.joined(separator: ", ")),
                suggestion: key.text.didYouMean(name.options) ?? mine)
        }
    }
}

/// The words for ``Template/Format/Compression``.
private enum CompressionMethod: String, CaseIterable {
    case zstd, zlib, none
}

extension Template.Format.Name {
    /// The options that a template can give the format.
    fileprivate var options: [String] {
        switch self {
        case .qcow2: ["compression", "level"]
        case .vmdk, .ova: ["level"]
        case .vhd: ["layout"]
        case .raw: []
        }
    }
}
