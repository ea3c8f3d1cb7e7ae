import HostSystem
import SealTestSupport
import Testing

@testable import Stages

/// A system with a trace for each operation, sealed by the scripts themselves in a chroot.
struct DirtySystemTests {
    private static let account = SealedAccount(name: "admin", hasKey: false, rootHasKey: false, rootHasPassword: false)

    @Test func plantsATraceForEveryOperation() {
        #expect(Set(SealTrace.all.map(\.operation)) == Set(SealCatalog.operations.map(\.name)))
        #expect(SealTrace.all.count == SealCatalog.operations.count)
    }

    @Test(arguments: [SealOperation.Place.guest, .disk])
    func comesOutCleanAndHasNothingLeftToDo(place: SealOperation.Place) async throws {
        let looking = SealTrace.looking(for: SealTrace.all)
        let seal = SealScript(SealCatalog.operations, in: place, account: Self.account).whole
        let outputs = try await DirtySystem.with { system in
            try await system.run([SealTrace.planting(SealTrace.all), looking, seal, looking, seal])
        }
        #expect(outputs[0].last == "status 0", "\(outputs[0])")
        let names = Set(SealTrace.all.map(\.operation))
        #expect(left(in: outputs[1]) == names)

        let here = SealCatalog.operations.filter { $0.applies(to: place) }
        #expect(outputs[2].last == "status 0", "\(outputs[2])")
        let report = try self.report(of: outputs[2], in: place)
        #expect(report.operations.filter { $0.outcome == .done }.map(\.name) == here.map(\.name))
        #expect(left(in: outputs[3]) == names.subtracting(here.map(\.name)))
        let broken = outputs[3].filter { line in
            line.hasPrefix("broken") && here.contains { line.hasPrefix("broken \($0.name) ") }
        }
        #expect(broken == [])

        // A host id is made anew whenever it is asked for.
        let again = try self.report(of: outputs[4], in: place).operations.filter { $0.outcome == .done }
        #expect(again.map(\.name) == here.map(\.name).filter { $0 == "host-id" }, "\(again)")
    }

    @Test func leavesASealedSystemAlone() async throws {
        let seal = SealScript(SealCatalog.operations(of: .joined), in: .disk, account: Self.account).whole
        let outputs = try await DirtySystem.with { try await $0.run([seal, seal]) }
        #expect(outputs[0].last == "status 0", "\(outputs[0])")
        #expect(try report(of: outputs[1], in: .disk).operations.allSatisfy { $0.outcome != .done })
    }

    @Test func keepsWhatIsDeclared() async throws {
        let account = SealedAccount(name: "admin", hasKey: true, rootHasKey: true, rootHasPassword: true)
        let planting = """
            PATH=/usr/sbin:/usr/bin
            useradd -m admin
            usermod -p '$6$salt$declared' root
            for home in /root /home/admin; do
                mkdir -p $home/.ssh
                echo declared >$home/.ssh/authorized_keys
                echo private >$home/.ssh/id_rsa
            done
            mkdir -p /etc/kldload/secrets
            echo 'ssh-ed25519 AAAAC3generated/by+kldload kldload' >/etc/kldload/secrets/admin.pub
            cat /etc/kldload/secrets/admin.pub >>/root/.ssh/authorized_keys
            """
        let looking = """
            grep -o '^root:.*declared' /etc/shadow
            cat /root/.ssh/authorized_keys /home/admin/.ssh/authorized_keys
            ls /root/.ssh /home/admin/.ssh
            """
        let seal = SealScript(SealCatalog.operations(of: .minimal), in: .disk, account: account).whole
        let outputs = try await DirtySystem.with { try await $0.run([planting, seal, looking]) }
        #expect(outputs[1].last == "status 0", "\(outputs[1])")
        #expect(
            outputs[2] == [
                "root:$6$salt$declared", "declared", "declared", "/home/admin/.ssh:", "authorized_keys", "/root/.ssh:",
                "authorized_keys", "status 0",
            ])
    }

    private func left(in output: [String]) -> Set<String> {
        Set(output.compactMap { $0.hasPrefix("left ") ? String($0.dropFirst("left ".count)) : nil })
    }

    private func report(of output: [String], in place: SealOperation.Place) throws -> SealReport {
        var telling = SealTelling()
        for line in output { telling.read(line) }
        let here = SealCatalog.operations.filter { $0.applies(to: place) && telling.accounts[$0.name] != nil }
        try telling.confirm(here, output: output.suffix(20))
        return SealReport(here, in: place, telling: telling)
    }
}
