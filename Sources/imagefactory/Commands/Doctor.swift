internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Libvirt
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// `imagefactory doctor`: what this host can do.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what this host can do.",
        discussion: "It looks at the accelerator (measured), firmware, tools, memory, space, clock, rights, AppArmor.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let state = try global.state()
        let findings = try await Self.examine(state) + (try places())
        if global.format == .json {
            try Talk.result(json: findings)
        } else {
            for finding in findings {
                Talk.result("\(finding.isGood ? "ok  " : "FAIL") \(finding.subject): \(finding.text)")
            }
        }
        guard findings.allSatisfy(\.isGood) else { throw ExitCode(ExitStatus.missing.rawValue) }
    }

    /// One thing that was looked at.
    struct Finding: Encodable {
        let subject: String
        let isGood: Bool
        let text: String
    }

    private static func examine(_ state: StateFolder) async throws -> [Finding] {
        let verdict = try await AcceleratorProbe().choose(.auto)
        var findings = [
            Finding(subject: "accelerator", isGood: true, text: "\(verdict.accelerator.rawValue): \(verdict.reason)")
        ]
        let lacks = await HostFacts.toolShortfalls()
        findings.append(
            Finding(
                subject: "tools", isGood: lacks.isEmpty,
                text: lacks.isEmpty ? "all there" : "lacking " + lacks.joined(separator: ", ")))
        let firmware = HostFacts.firmware()
        findings.append(
            Finding(
                subject: "firmware", isGood: firmware != nil,
                text: firmware?.string ?? "no UEFI firmware for guests; install the package 'ovmf'"))
        findings.append(await libvirt(state))
        let memory = HostFacts.availableMemory()
        findings.append(
            Finding(subject: "memory", isGood: memory > .gibibytes(2), text: "\(memory) available"))
        let free = try state.root.freeSpace()
        findings.append(
            Finding(subject: "space", isGood: free > .gibibytes(6), text: "\(free) free for \(state.root)"))
        findings.append(clock(state))
        findings.append(account(state))
        let appArmor = AppArmor()
        findings.append(Finding(subject: "apparmor", isGood: appArmor.isHarmless, text: appArmor.summary))
        return findings
    }

    /// The places where releases are found, if something lists any: nothing is copied to a server, and a folder must be one.
    private func places() throws -> [Finding] {
        let root: FilePath
        do {
            root = try global.templates().root
        } catch TemplateFolderError.noTemplates {
            return []
        }
        let configuration = try Configuration(root: root, environment: ProcessInfo.processInfo.environment)
        return configuration.releases.map { place in
            switch place {
            case .web(let address): Finding(subject: "releases", isGood: true, text: ReleasePlaces.note(on: address))
            case .folder(let path):
                Finding(
                    subject: "releases", isGood: path.isFolder || !path.exists,
                    text: path.isFolder ? "\(path)" : path.exists ? "\(path) is no folder" : "\(path), made when needed"
                )
            }
        }
    }

    /// Whether libvirt runs inside this process; what QEMU can do is kept, so that the first build need not ask.
    private static func libvirt(_ state: StateFolder) async -> Finding {
        let settings = HypervisorSettings(
            accelerator: .tcg, state: state.root, cache: state.cache,
            environment: ProcessInfo.processInfo.environment)
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        do {
            _ = try await MachineRoom.with(settings, logger: logger, note: { _ in }) { try await $0.hypervisor() }
            return Finding(subject: "libvirt", isGood: true, text: "\(Connection.libraryVersion), in this process")
        } catch {
            return Finding(subject: "libvirt", isGood: false, text: "\(Connection.libraryVersion): \(error)")
        }
    }

    private static func clock(_ state: StateFolder) -> Finding {
        let now = Date()
        let seen = HostClock.contradiction(of: now, in: state)
        return Finding(
            subject: "clock", isGood: seen == nil,
            text: UTCStamp.full(now) + (seen.map { ", but it has been \($0) already" } ?? ""))
    }

    private static func account(_ state: StateFolder) -> Finding {
        guard let user = QEMUUser.current() else {
            return Finding(subject: "account", isGood: false, text: "\(HypervisorError.noAccount)")
        }
        guard state.root.exists, let obstacle = user.obstacle(to: state.root) else {
            return Finding(subject: "account", isGood: true, text: "QEMU runs as '\(user.name)'")
        }
        return Finding(
            subject: "account", isGood: false, text: "QEMU runs as '\(user.name)', which may not enter \(obstacle)")
    }
}
