import Foundation
import HostSystem
import Stages
import SystemPackage
import Testing

/// `imagefactory seal` as a user runs it.
@Suite(.timeLimit(.minutes(3)))
struct SealCommandTests {
    @Test func listsEveryOperationWithItsProfile() async throws {
        let run = try await seal("--list")
        #expect(run.status == 0 && run.talk == "", "\(run.talk)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == SealCatalog.operations.count)
        #expect(lines.contains { $0.wholeMatch(of: /ssh-host-keys +minimal +the SSH host keys, .+/) != nil })
        #expect(lines.contains { $0.wholeMatch(of: /host-id +\(add\) +.+/) != nil })
    }

    @Test func listsWhatATemplateOrASetDoes() async throws {
        let set = try await seal("--list", "--profile", "minimal", "--keep", "swap", "--add", "samba")
        let names = set.output.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
        #expect(names.contains("machine-id") && names.contains("samba"))
        #expect(!names.contains("swap") && !names.contains("history"))
        let template = try await seal("--list", "--template", "lab-debian13", "--root", FactoryRun.repository.string)
        #expect(template.output.split(separator: "\n").count == SealCatalog.operations(of: .standard).count)
    }

    @Test func tellsProgramsTheSame() async throws {
        let run = try await seal("--list", "--format", "json")
        let list = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
        #expect(list?.compactMap { $0["name"] as? String } == SealCatalog.operations.map(\.name))
        #expect(list?.allSatisfy { ($0["reason"] as? String)?.isEmpty == false } == true)
    }

    @Test func explainsWhatIsRemovedAndWhyAndHow() async throws {
        let run = try await seal("--explain", "machine-id")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("machine-id\n  removes: the machine id, emptied and not removed"))
        #expect(run.output.contains("\n  because: Clones with one id get one DHCP lease"))
        #expect(run.output.contains("\n    empty /etc/machine-id\n"))
        let all = try await seal("--explain")
        #expect(all.output.components(separatedBy: "\n\n").count >= SealCatalog.operations.count)
    }

    @Test(arguments: [
        ([], "Name the one disk file to seal"), (["--explain", "machineid"], "did you mean 'machine-id'?"),
        (["--list", "--explain"], "ask one of them"), (["--list", "disk.qcow2"], "--list takes no disk"),
        (["disk.qcow2", "--keep", "hitsory"], "did you mean 'history'?"), (["a", "b"], "Name the one disk file"),
        (["disk.qcow2", "--keep", "logs", "--add", "logs"], "both in --keep and in --add"),
        (["disk.qcow2", "--template", "web", "--profile", "minimal"], "leave the others out"),
        (["disk.qcow2", "--profile", "strict"], "strict"), (["/dev/null"], "is no disk file"),
    ])
    func refusesWhatCannotBe(arguments: [String], message: String) async throws {
        let run = try await seal(arguments)
        #expect(run.status == 64, "\(run.talk)")
        #expect(run.talk.contains(message), "\(run.talk)")
        #expect(run.output == "")
    }

    private func seal(_ arguments: String...) async throws -> FactoryRun { try await seal(arguments) }

    private func seal(_ arguments: [String]) async throws -> FactoryRun {
        try await withScratchFolder(in: "/tmp", prefix: "if-seal") { folder in
            try await FactoryRun(["seal"] + arguments, in: folder, state: folder.appending("state"))
        }
    }
}
