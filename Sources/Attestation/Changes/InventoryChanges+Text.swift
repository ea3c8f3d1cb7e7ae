internal import DiskImages
internal import HostSystem

extension InventoryChanges {
    /// The changes for people: counts first, and long lists cut unless `all` is wanted.
    ///
    /// Files of packages that changed are counted, and listed only with `all`: the package tells why.
    package func text(all: Bool = false) -> String {
        var text = ChangesText(limit: all ? nil : 12)
        text.line("\(from.words) -> \(to.words)")
        if let system { text.line("system: \(system.from.prettyName) -> \(system.to.prettyName)") }
        describePackages(in: &text)
        describeFiles(all: all, in: &text)
        describeBoot(in: &text)
        text.section("accounts", accounts, item: \.words) { "\($0.from.words) -> \($0.to.words)" }
        text.section("groups", groups, item: \.words) { "\($0.from.words) -> \($0.to.words)" }
        text.section("units", units, item: { "\($0.name) (\($0.state.rawValue))" }) { change in
            "\(change.to.name): \(change.from.state.rawValue) -> \(change.to.state.rawValue)"
        }
        if let ports {
            text.section("listening ports", ports, item: \.words) { "\($0.from.words) -> \($0.to.words)" }
        }
        if isEmpty { text.line("nothing that the inventories tell differs") }
        describeSizes(in: &text)
        return text.lines.joined(separator: "\n") + "\n"
    }

    private func describePackages(in text: inout ChangesText) {
        func moved(_ sign: String) -> (PackageChanges.Move) -> String {
            { "\(sign) \($0.name) \($0.from) -> \($0.to)" + ($0.from == $0.to ? " (\($0.architecture))" : "") }
        }
        text.section(
            "packages",
            [
                "downgraded": packages.downgraded.count, "removed": packages.removed.count,
                "added": packages.added.count, "upgraded": packages.upgraded.count, "rebuilt": packages.rebuilt.count,
            ],
            items: packages.downgraded.map(moved("<")) + packages.removed.map { "- \($0.name) \($0.version)" }
                + packages.added.map { "+ \($0.name) \($0.version)" } + packages.upgraded.map(moved(">"))
                + packages.rebuilt.map(moved("=")))
    }

    private func describeFiles(all: Bool, in text: inout ChangesText) {
        let (inside, outside) = files.parted(by: packages.names)
        let remark =
            switch (inside.count, outside.count) {
            case (0, _): ""
            case (_, 0): "; all of them in packages that changed"
            default: "; \(inside.count) of them in packages that changed"
            }
        text.section(
            "files",
            ["added": files.added.count, "removed": files.removed.count, "changed": files.changed.count],
            remark: remark, items: outside.listed + (all ? inside.listed : []))
    }

    private func describeBoot(in text: inout ChangesText) {
        text.section("kernels", boot.kernels, item: \.words) { "\($0.from.words) -> \($0.to.words)" }
        text.section("boot loaders", boot.loaders, item: \.words) { "\($0.from.words) -> \($0.to.words)" }
        if let change = boot.commandLine {
            text.line("kernel command line: \(change.from ?? "none") -> \(change.to ?? "none")")
        }
    }

    private func describeSizes(in text: inout ChangesText) {
        text.line("size installed: \(sizes.installed.words)")
        for image in sizes.images {
            text.line("size of \(image.format.rawValue): \(image.file.words)")
            if image.virtual.from != image.virtual.to { text.line("size of its disk: \(image.virtual.words)") }
        }
    }
}

extension InventoryChanges.Side {
    fileprivate var words: String {
        let words = [template, version].compactMap { $0 }
        return words.isEmpty ? "an image" : words.joined(separator: " ")
    }
}

extension BootSoftware.Part {
    fileprivate var words: String { "\(path) (\(version.map { "\($0), " } ?? "")\(sha256.short))" }
}

extension Account {
    fileprivate var words: String { "\(name) (\(user):\(group), \(home), \(shell), password \(password.rawValue))" }
}

extension AccountGroup {
    fileprivate var words: String {
        "\(name) (\(group)\(members.isEmpty ? "" : ": " + members.joined(separator: " ")))"
    }
}

extension ListeningPort {
    fileprivate var words: String {
        let place = address.contains(":") ? "[\(address)]" : address
        return "\(transport.rawValue) \(place):\(port)" + (program.map { " (\($0))" } ?? "")
    }
}
