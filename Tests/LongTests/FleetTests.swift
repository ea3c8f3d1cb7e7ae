import HostSystem
import LibvirtTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// Fleets of small lab machines on a real libvirt daemon, with a network of its own.
    @Suite(.serialized, .timeLimit(.minutes(60)))
    struct FleetTests {
        @Test func keepsAFleetAsItIsWanted() async throws {
            try await withYard { yard, daemon in
                try await begins(yard, daemon)
                try await upgradesAndStaysUp(yard, daemon)
                try await goesBackFromABadRelease(yard, daemon)
                try await isRepaired(yard, daemon)
                try await followsGit(yard, daemon)
            }
        }

        @Test func switchesAFleetOverAndBack() async throws {
            try await withYard { yard, daemon in
                let first = try await yard.deploy("v1.1.0", on: daemon, "--count", "2", "--data", "db:64MiB")
                try #require(first.status == 0, "\(first.talk)")
                let machine = try #require(try Machine.list(in: first.output).first)
                let disk = "lsblk -dnbo SIZE /dev/disk/by-id/virtio-db"
                #expect(try await yard.run(disk, on: machine, of: daemon) == "\(64 << 20)")
                let moved = try await yard.deploy(
                    "v1.0.0", on: daemon, "--count", "2", "--data", "db:64MiB", "--strategy", "blue-green")
                #expect(moved.status == 64 && moved.talk.contains("data disks"), "\(moved.talk)")
                try await switchesOver(yard, daemon)
                try await isTakenBackInOneCommand(yard, daemon)
                try await yard.expectEmptyAfterDeletion(on: daemon)
            }
        }

        private func withYard(
            _ body: @escaping @Sendable (DeployYard, LibvirtDaemon) async throws -> Void
        ) async throws {
            let lab = try #require(Lab.current)
            let yard = try await DeployYard.make(in: lab)
            try await lab.turn {
                try await yard.withDaemon { daemon in try await body(yard, daemon) }
            }
        }

        private func begins(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            let first = try await yard.deploy("v1.0.0", on: daemon, "--count", "3")
            try #require(first.status == 0, "\(first.talk)")
            let machines = try Machine.list(in: first.output)
            #expect(machines.map(\.version) == ["v1.0.0", "v1.0.0", "v1.0.0"])
            try await yard.expectThemselves(machines, on: daemon)
            let again = try await yard.deploy("v1.0.0", on: daemon, "--count", "3")
            #expect(again.status == 0 && again.talk.contains("already"))
            #expect(!again.talk.contains("uploading"), "a second deployment copies nothing")
        }

        private func upgradesAndStaysUp(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            let (upgrade, watch) = try await yard.watching(daemon) {
                try await yard.deploy("v1.1.0", on: daemon, "--count", "3")
            }
            try #require(upgrade.status == 0, "\(upgrade.talk)")
            #expect(try Machine.list(in: upgrade.output).map(\.version) == ["v1.1.0", "v1.1.0", "v1.1.0"])
            #expect(watch.looks >= 3 && watch.fewest == 2, "\(watch)")
        }

        private func goesBackFromABadRelease(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            let (bad, watch) = try await yard.watching(daemon) {
                try await yard.deploy(
                    "v1.2.0", on: daemon, "--count", "3", "--strategy", "canary", "--canary-pause", "5s")
            }
            #expect(bad.status == 1)
            #expect(bad.talk.contains("went back"), "\(bad.talk)")
            #expect(watch.looks >= 3 && watch.fewest >= 3, "\(watch)")
            let kept = try await yard.status(on: daemon)
            #expect(kept.map(\.version) == ["v1.1.0", "v1.1.0", "v1.1.0"])
            #expect(kept.allSatisfy { $0.state == "healthy" })
        }

        /// One machine is stopped, one removed, and one given other memory.
        private func isRepaired(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            try await yard.want("v1.1.0", count: 3, of: daemon, "The fleet as it is")
            let idle = try await yard.reconcile()
            try #require(idle.status == 0, "\(idle.talk)")
            #expect(try Outcome.list(in: idle.output).map(\.outcome) == ["unchanged"])
            try await yard.virsh(daemon, "destroy", "web-1")
            try await yard.virsh(daemon, "destroy", "web-2")
            try await yard.virsh(daemon, "undefine", "web-2", "--nvram")
            try await yard.virsh(daemon, "setmaxmem", "web-3", "640M", "--config")
            let plan = try await yard.reconcile("--dry-run")
            #expect(try Outcome.list(in: plan.output).map(\.outcome) == ["planned"])
            #expect(try await yard.virsh(daemon, "domstate", "web-1") == "shut off")
            let metrics = yard.folder.appending("fleets.prom")
            let repair = try await yard.reconcile("--textfile", metrics.string)
            try #require(repair.status == 0, "\(repair.talk)")
            #expect(try Outcome.list(in: repair.output).map(\.outcome) == ["changed"])
            let lines = try metrics.readText().split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("imagefactory_fleet_drift_repaired_total{") && $0.hasSuffix("} 3") })
            let machines = try await yard.status(on: daemon)
            #expect(machines.map(\.version) == ["v1.1.0", "v1.1.0", "v1.1.0"])
            #expect(machines.allSatisfy { $0.state == "healthy" && $0.drift.isEmpty })
        }

        /// A commit brings another version and fewer machines; its revert brings back what was.
        private func followsGit(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            try await yard.want("v1.0.0", count: 1, of: daemon, "One machine of the old release")
            let down = try await yard.reconcile()
            try #require(down.status == 0, "\(down.talk)")
            #expect(try await yard.status(on: daemon).map(\.version) == ["v1.0.0"])
            try await yard.git("revert", "--no-edit", "HEAD")
            let up = try await yard.reconcile()
            try #require(up.status == 0, "\(up.talk)")
            #expect(try await yard.status(on: daemon).map(\.version) == ["v1.1.0", "v1.1.0", "v1.1.0"])
        }

        private func switchesOver(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            let (note, hook) = try yard.switchHook()
            let (ending, watch) = try await yard.watching(daemon) {
                try await yard.deploy(
                    "v1.0.0", on: daemon, "--count", "1", "--strategy", "blue-green", "--switch-command", hook.string)
            }
            try #require(ending.status == 0, "\(ending.talk)")
            let machines = try Machine.list(in: ending.output)
            #expect(machines.map(\.version) == ["v1.0.0"])
            #expect(watch.fewest >= 1, "\(watch)")
            let switched = try note.readText().split(separator: "\n").map(String.init)
            #expect(switched == ["web \(machines[0].name) \(try #require(machines[0].address))"])
        }

        private func isTakenBackInOneCommand(_ yard: DeployYard, _ daemon: LibvirtDaemon) async throws {
            let ending = try await yard.rollback(on: daemon)
            try #require(ending.status == 0, "\(ending.talk)")
            #expect(try Machine.list(in: ending.output).map(\.version) == ["v1.1.0"])
        }
    }
}
