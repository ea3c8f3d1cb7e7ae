internal import Attestation
internal import Foundation
internal import HostSystem
internal import Machines
package import Pipeline
internal import SystemPackage

/// Boots every image: attached as the format that it is, by a firmware that knows nothing of it, on each bus that the template
/// names.
///
/// The images are never written: each boot has an overlay that is thrown away. What booted once is remembered by the image's
/// digest, so that another format boots nothing but its own file. Two boot at a time, where both have room.
package struct BootImages: Stage {
    package static let name = "boot-images"
    package static let summary = "boot every image as what it is, on each bus that the template names"
    package static let revision = 1
    package static let product = StageProduct.report

    private static let testsFileName = "boot.junit.xml"

    let machines: BuildMachines
    let memory: BootMemory

    /// The boots of a template's images; `memory` knows what booted before.
    init(machines: BuildMachines, memory: BootMemory) {
        self.machines = machines
        self.memory = memory
    }

    private var template: Template { machines.template }

    package func ingredients() async throws -> Ingredients? {
        struct Options: Encodable {
            let buses: [Template.DiskBus]
            let tests: [GuestTests.Recipe]
        }
        return try Ingredients(options: Options(buses: template.proof.buses, tests: tests.recipe))
    }

    /// What is run in each guest.
    private var tests: GuestTests { GuestTests(tests: template.proof.testsImages ? template.tests : []) }

    package func run(_ work: StageWork) async throws {
        guard let folder = work.images, let disk = work.disk else { return }
        let seed = machines.agentSeed(beside: disk)
        let boots = try ImageList.load(from: folder).flatMap { image in
            ImageBoot.all(of: image, in: folder, buses: template.proof.buses).map { boot in
                var boot = boot
                boot.seed = seed
                boot.tests = tests
                return boot
            }
        }
        let report = BootReport(boots: try await results(of: boots, work))
        try save(report, work)
        let failed = report.boots.filter { !$0.failures.isEmpty }
        guard failed.isEmpty else { throw ImageBootError(failed: failed, total: boots.count) }
    }

    /// The results in the boots' order; one that fails keeps no other from its turn.
    private func results(of boots: [ImageBoot], _ work: StageWork) async throws -> [BootResult] {
        try await withThrowingTaskGroup(of: (Int, BootResult).self) { group in
            for (index, boot) in boots.enumerated() {
                group.addTask { (index, try await result(of: boot, work)) }
            }
            var results: [Int: BootResult] = [:]
            for try await (index, result) in group { results[index] = result }
            return boots.indices.compactMap { results[$0] }
        }
    }

    private func result(of boot: ImageBoot, _ work: StageWork) async throws -> BootResult {
        let key = try boot.key(for: template.machine)
        if work.mayGoOn, let known = memory.result(of: key) {
            work.report("\(boot.title) has booted before, in \(known.seconds) s")
            return known
        }
        do {
            let result = try await boot.run(in: machines, work)
            if result.failures.isEmpty { try memory.save(result, of: key) }
            work.report("\(boot.title) booted in \(result.seconds) s")
            return result
        } catch let error where !(error is CancellationError) {
            try Task.checkCancellation()
            work.report("\(boot.title) failed")
            return BootResult(boot, failure: BootFailure(error))
        }
    }

    /// A stage that fails leaves no result; what was found is among the logs then.
    private func save(_ report: BootReport, _ work: StageWork) throws {
        let tests = JUnitReport(suite: "\(template.name) images", outcomes: report.outcomes)
        let json = try report.json()
        for folder in [work.folder, work.run.logs] {
            try folder.appending(BootReport.fileName).write(json)
            try folder.appending(Self.testsFileName).write(tests.xml.utf8)
        }
    }
}

/// Images that do not boot, or whose guests do not pass the tests.
package struct ImageBootError: DiagnosedError, CustomStringConvertible {
    /// What failed.
    let failed: [BootResult]
    /// How many boots there were.
    let total: Int

    package var causeName: String { failed.first?.failures.first?.cause ?? BootFailure.otherCause }
    package var evidence: [String] { failed.flatMap { boot in boot.failures.map { "\(boot.title): \($0.text)" } } }
    package var advice: String {
        "read logs/console-FORMAT.BUS.log; the initramfs must know the bus, and the loader must need no firmware variables"
    }

    package var description: String {
        (["\(failed.count) of \(total) boots of the images failed"]
            + failed.flatMap { boot in boot.failures.map { "  > \(boot.title): \($0.text) [\($0.cause)]" } })
            .joined(separator: "\n")
    }
}
