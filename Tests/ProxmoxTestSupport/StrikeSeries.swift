internal import Foundation
internal import ProxmoxStandIn
package import RandomTestSupport
internal import Testing
internal import VirtualMachineTestSupport

/// Upgrades that are struck at requests drawn by chance, by `kill -9` or by Ctrl-C, each with the same command once more.
package struct StrikeSeries: Sendable {
    private let yard: ProxmoxYard
    private let others: Surroundings
    private let requests: Int

    /// A series in a yard where nothing is deployed yet.
    package init(in yard: ProxmoxYard) async throws {
        self.yard = yard
        others = await Surroundings(of: yard.server)
        await yard.server.watchTemplate(named: "web", tag: "imagefactory-current")
        try await Self.succeed(yard, 0)
        let before = yard.server.requests.count
        try await Self.succeed(yard, 1)
        requests = yard.server.requests.count - before
    }

    /// Strikes so many times; gives how many strikes met a program that still ran.
    package func run(_ count: Int, using random: inout SeededRandom) async throws -> Int {
        var met = 0
        for round in 0..<count {
            let number = Int.random(in: 0..<requests, using: &random)
            let signal = round % 2 == 0 ? SIGKILL : SIGINT
            if try await strike(signal, at: number, version: round % 2 * 2) { met += 1 }
        }
        return met
    }

    private func strike(_ signal: Int32, at number: Int, version: Int) async throws -> Bool {
        let ending = try await yard.run(yard.deployment(version), struckBy: signal, atRequest: number)
        let comment: Comment = "signal \(signal) at request \(number): \(ending.status)\n\(ending.talk)"
        let isMet = ending.status != 0
        #expect([0, signal == SIGKILL ? 137 : 130].contains(ending.status), comment)
        if signal == SIGINT { #expect(await yard.leftovers() == [], comment) }
        #expect(await others.now(on: yard.server) == others, comment)
        try await Self.succeed(yard, version)
        #expect(await yard.leftovers() == [], comment)
        #expect(await yard.server.machines().filter { $0.isTemplate && $0.name == "web" }.count == 1, comment)
        #expect(await others.now(on: yard.server) == others, comment)
        #expect(yard.server.violations == [], comment)
        return isMet
    }

    private static func succeed(_ yard: ProxmoxYard, _ version: Int) async throws {
        let ending = try await yard.deployment(version).run(deadline: .seconds(120))
        try #require(ending.status == 0, "\(ending.talk)")
    }
}

extension ProxmoxYard {
    /// What is left that neither people use nor others own.
    package func leftovers() async -> [String] {
        let uploads = await server.volumes().map(\.id).filter { $0.contains("import/imagefactory-web.") }
        let machines = await server.machines().filter {
            !$0.isTemplate && $0.description.contains("kept by imagefactory")
        }
        return uploads + machines.map { "\($0.vmid) \($0.name)" }
    }
}
