import Attestation
import Foundation
import SystemPackage
import Testing

@testable import HostSystem
@testable import Machines
@testable import Pipeline
@testable import Stages
@testable import imagefactory

struct ExitStatusTests {
    private static let place = YAMLPlace(file: "templates/web.yaml", line: 1, column: 1)

    /// Scripts know these numbers.
    static let errors: [(any Error, Int32)] = [
        (CancellationError(), 130),
        (YAMLError([YAMLProblem(at: place, "bad")]), 64),
        (TemplateFolderError.unknown(name: "web", known: []), 64),
        (UnknownStageError(name: "sael", stages: ["seal"]), 64),
        (SealCatalogError(place: place, name: "x", problem: .unknownProfile([])), 64),
        (SealedDiskError.notAFile("/dev/null"), 64), (SealedDiskError.missing("/disk"), 69),
        (DiskInUseError(path: "/disk", user: nil), 75),
        (StageOptionsError(place: place, stage: "seal"), 64),
        (UsageError(description: "no"), 64),
        (TrustError.badFile("/key.pub", reason: "no"), 64), (TrustError.sameKey("a", "b"), 64),
        (TrustError.noKey(signer: "a"), 64), (TrustError.tooMany("/trust", limit: 1), 64),
        (TrustError.missing("/key.pub"), 69), (TrustError.noKeys("/trust"), 69),
        (UnknownRunError.none(nil), 64),
        (ScreenshotError.choice(run: "r", machines: []), 64),
        (ScreenshotError.noMachine(run: "r"), 69),
        (ScreenDeskError.machineEnded, 69),
        (ScreenDeskError.noAnswer(limit: .seconds(1)), 75),
        (MediumError.missing(path: "/iso"), 69),
        (MediumError.folder(path: "/iso"), 69),
        (MediumError.noLab(name: "plan9"), 69),
        (HostError.firmware, 69),
        (HostError.tools(["xorriso"]), 69),
        (HypervisorError.noAccount, 69),
        (MachineFailure(.libvirtLost, evidence: ["no daemon"]), 69), (MachineFailure(.kvmUnusable), 69),
        (StateFolderError.noHome, 69),
        (ProgramError.notFound(program: "xorriso"), 69),
        (SecretError.noVariable("PW"), 69),
        (GuardedFileError.missing("/release/SHA256SUMS"), 69),
        (PassphraseError.noVariable("PW"), 69),
        (PassphraseError.noTerminal, 69),
        (PassphraseError.different, 1),
        (KeyFileError.exists("/keys/release.key"), 1),
        (KeyFileError.key("/keys/release.key", .wrongPassphrase), 1),
        (GuardedFileError.openToOthers("/keys/release.key", mode: "644"), 1),
        (ReleaseSignatureError.foreign("/release/SHA256SUMS.sig"), 1),
        (LockedError(path: "/lock", limit: .seconds(1)), 75),
        (MachineFailure(.stalled), 1),
        (ProgramError.failed(program: "tar", status: "exited(2)", message: ""), 1),
        (ProgramError.timedOut(program: "tar", limit: .seconds(1)), 1),
        (MediumError.unreachable(url: "https://example.org", message: "gone"), 1),
        (ReleaseExistsError(path: "/output/web/v1.0.0"), 1),
        (GuestTestError(failed: [], total: 1), 1),
        (Errno.noSpace, 1),
    ]

    @Test(arguments: errors.indices)
    func givesEachErrorItsCode(index: Int) {
        let (error, code) = Self.errors[index]
        #expect(ExitStatus(error).rawValue == code, "\(error)")
    }

    @Test(arguments: errors.indices)
    func looksThroughAStagesFailure(index: Int) {
        let (error, code) = Self.errors[index]
        #expect(ExitStatus(StageError(stage: "seal", cause: error)).rawValue == code, "\(error)")
    }

    @Test func isZeroForSuccessAlone() {
        #expect(ExitStatus.done.rawValue == 0)
        #expect(Self.errors.allSatisfy { ExitStatus($0.0) != .done })
    }
}
