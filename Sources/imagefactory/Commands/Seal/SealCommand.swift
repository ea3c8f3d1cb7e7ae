internal import ArgumentParser
internal import HostSystem
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// `imagefactory seal`: what a seal does, and the seal of a disk file.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Removes from a disk what makes its system this one system; or says what is removed, and why.",
        discussion: """
            A build seals the guest before it makes an image of it. This command seals a qcow2 or raw file that no machine \
            uses, in libguestfs's small machine: a copy is sealed and then takes the file's place by one rename, so that \
            the file is as it was until all of it succeeded. It needs room for that copy. A system on ZFS can be sealed in \
            a build alone.

            Without --template, no account and no key counts as declared: every password is locked, and root's keys go.
            """)

    @Argument(
        help: ArgumentHelp(
            "The disk file; with --explain the operations to explain, all of them if none is named.",
            valueName: "disk-or-operation"))
    var subjects: [String] = []

    @Flag(help: "List the operations, and change nothing.")
    var list = false

    @Flag(help: "Say what operations remove, why, and by which commands; change nothing.")
    var explain = false

    @Option(help: "The template whose profile, keep, add and declared accounts count.")
    var template: String?

    @Option(help: "The set of operations: minimal, standard or joined.")
    var profile: SealProfile?

    @Option(help: "An operation of the set that is left out; may be given several times.")
    var keep: [String] = []

    @Option(help: "An operation that is done beside the set; may be given several times.")
    var add: [String] = []

    @Option(help: "What executes libguestfs's small machine: auto (measured), kvm or tcg (emulation).")
    var accelerator: AcceleratorRequest = .auto

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if list, explain { throw ValidationError("--list and --explain are two questions; ask one of them.") }
        if list, !subjects.isEmpty { throw ValidationError("--list takes no disk; it lists what a seal does.") }
        if !list, !explain, subjects.count != 1 {
            throw ValidationError("Name the one disk file to seal, or ask with --list or --explain.")
        }
        if template != nil, profile != nil || !keep.isEmpty || !add.isEmpty {
            throw ValidationError("--template says the profile and what is kept and added; leave the others out.")
        }
        for name in keep + add + (explain ? subjects : []) where SealCatalog.operation(named: name) == nil {
            let advice = name.didYouMean(SealCatalog.operations.map(\.name)) ?? "--list lists them."
            throw ValidationError("The seal has no operation '\(TerminalText.plain(name))'; \(advice)")
        }
        if let name = keep.first(where: add.contains) {
            throw ValidationError("'\(name)' is both in --keep and in --add.")
        }
    }

    func run() async throws {
        let named = try template.map { try global.templates().load($0) }
        let operations =
            try named.map { try SealCatalog.operations(for: $0.seal) }
            ?? SealCatalog.operations(of: profile ?? .standard, keep: Set(keep), add: Set(add))
        if explain {
            let all = SealCatalog.operations.filter { subjects.isEmpty || subjects.contains($0.name) }
            return try OperationList(all).explain(as: global.format)
        }
        if list { return try OperationList(asksForAll ? SealCatalog.operations : operations).print(as: global.format) }
        let account = named.map { SealedAccount(answers: $0.answers) } ?? .undeclared
        let report = try await seal(FilePath(subjects[0]), by: operations, account: account)
        guard global.format == .text else { return try Talk.result(json: report) }
        for line in report.text { Talk.result(line) }
        Talk.say(report.title)
    }

    private var asksForAll: Bool { template == nil && profile == nil && keep.isEmpty && add.isEmpty }

    private func seal(
        _ disk: FilePath, by operations: [SealOperation], account: SealedAccount
    ) async throws -> SealReport {
        let verdict = try await AcceleratorProbe().choose(accelerator)
        Talk.say("\(disk): sealing a copy of it in libguestfs's small machine, which takes a while")
        return try await OfflineSeal(operations, account: account, accelerator: verdict.accelerator).seal(disk)
    }
}

extension SealProfile: ExpressibleByArgument {}

extension SealReport {
    /// A line for each thing that was done, and for each operation that could not be done.
    fileprivate var text: [String] {
        operations.flatMap { entry -> [String] in
            switch entry.outcome {
            case .nothingToDo: return []
            case .notHere: return ["\(entry.name): not here; it needs the running system"]
            case .done:
                let more = entry.more > 0 ? ["\(entry.name): and \(entry.more) more"] : []
                return entry.did.map { "\(entry.name): \($0)" } + more
            }
        }
    }
}
