internal import ArgumentParser
internal import Attestation
internal import ContinuousIntegration
internal import Deployment
internal import DiskImages
internal import Foundation
internal import HostSystem
internal import Machines
internal import MetricsServer
internal import Pipeline
internal import Promotion
internal import Stages

/// How the program ends; the numbers are those of `sysexits.h` where it has one.
enum ExitStatus: Int32 {
    /// All is done.
    case done = 0
    /// A stage or a check failed.
    case failed = 1
    /// The command line or a template is wrong.
    case usage = 64
    /// Evidence does not verify.
    case evidence = 65
    /// Something that is needed is not there.
    case missing = 69
    /// Something is in use; the same command may work later.
    case busy = 75
    /// It was interrupted.
    case interrupted = 130

    /// The status that an error means.
    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .interrupted
        case let error as StageError: self = ExitStatus(error.cause)
        case let error as NamedBuildError: self = ExitStatus(error.cause)
        case let error as DevTagError: self = ExitStatus(error.cause)
        case let error as HalfRevokedError: self = ExitStatus(error.cause)
        case is YAMLError, is TemplateFolderError, is UnknownStageError, is SealCatalogError, is AllowanceError,
            is StageOptionsError,
            is UsageError, is UnknownRunError, ScreenshotError.choice, is OVADescriptionError, is ByteCountError,
            ConversionError.formatTwice, TrustError.badFile, TrustError.tooMany, TrustError.sameKey, TrustError.noKey:
            self = .usage
        case let refusal as CIRefusal: self = ExitStatus(refusal)
        case SealedDiskError.missing: self = .missing
        case is WorkflowOptionError, is SealedDiskError: self = .usage
        case TrustError.missing, TrustError.noKeys, is ReleaseFolderError, is RepositoryError, is NoRemoteError:
            self = .missing
        case MediumError.missing, MediumError.folder, MediumError.noLab, is HostError, is HypervisorError,
            is StateFolderError, is FolderError, ProgramError.notFound, is SecretError, is ScreenshotError,
            ScreenDeskError.machineEnded, ScreenDeskError.refused, GuardedFileError.missing,
            PassphraseError.noVariable, PassphraseError.noTerminal:
            self = .missing
        case let failure as MachineFailure where [.kvmUnusable, .libvirtLost].contains(failure.cause): self = .missing
        case let error as RecordedImageError where error.isMissing: self = .missing
        case is SignerFilesError, is ReleaseEvidenceError, is ReleaseSearchError, LedgerRefsError.moved,
            LedgerRefsError.removed, LedgerChangeError.broken, LedgerChangeError.taken, LedgerChangeError.signer:
            self = .evidence
        case PromotionError.noSource, PromotionError.unknown, PromotionError.neverIn, PromotionError.current,
            RequestBuildError.elsewhere, is UnknownRemoteError, is PolicyFileError:
            self = .usage
        case LedgerRefsError.unreachable, TagWritingError.notARepository, RequestBuildError.noCommit: self = .missing
        case LedgerRefsError.overtaken, LedgerChangeError.overtaken, PromotionError.unrecorded: self = .busy
        case ListenError.unknownHost, ListenError.refused, is TextfileError: self = .missing
        case let error as ReleaseDownloadError: self = error.isMissing ? .missing : .evidence
        case let error as ReleaseFinderError:
            if case .name = error.problem { self = .usage } else { self = .missing }
        case let error as DeployError: self = error.isRefusal ? .evidence : .missing
        case BaseVolumeError.otherBytes, is FleetSourceError, FleetRollbackError.otherRelease: self = .evidence
        case FleetRollbackError.nothingBefore: self = .missing
        case is DataDiskError, FleetRollbackError.halfWay: self = .usage
        case KVMHostError.noPool, KVMHostError.noVolume, BaseVolumeError.noRoom, is FleetFolderError,
            is UnknownFleetError, is UnknownMachineError:
            self = .missing
        case let error as ZFSError: self = ExitStatus(error)
        case is CloudSeedError: self = .usage
        case is ProxmoxPlanError, is HiddenPasswordError: self = .usage
        case is MissingSecretError, is ProxmoxTrustError: self = .missing
        case let error as ProxmoxError: self = ExitStatus(error)
        case let error as ProxmoxDeploymentError: self = ExitStatus(error)
        case ListenError.inUse, is LockedError, is DiskInUseError, ConversionError.busy, ScreenDeskError.noAnswer:
            self = .busy
        default: self = .failed
        }
    }

    private init(_ error: ProxmoxError) {
        switch error.kind {
        case .unreachable, .certificate, .refused(401), .refused(403): self = .missing
        default: self = .failed
        }
    }

    private init(_ error: ProxmoxDeploymentError) {
        switch error {
        case .version, .rights, .noNode, .offline, .noStorage, .unusableStorage, .content, .space, .noTemplate,
            .noTemplateOf:
            self = .missing
        case .nameTaken, .machineTaken, .noNumber, .noLock: self = .usage
        case .race, .locked, .abandoned, .busy, .lockLost, .noMachine: self = .busy
        default: self = .failed
        }
    }

    private init(_ error: ZFSError) {
        switch error {
        case .unreachable, .notInstalled, .missing, .noRoom, .noImage, .noTemplate: self = .missing
        case .busy: self = .busy
        case .badName: self = .usage
        case .otherImage, .otherBytes: self = .evidence
        case .failed, .foreign, .unreadable, .nothingInCommon, .superseded, .dependents: self = .failed
        }
    }

    private init(_ refusal: CIRefusal) {
        switch refusal {
        case .missingVariable, .tagIsMissing: self = .missing
        default: self = refusal.isSuspicious ? .evidence : .usage
        }
    }

    /// Says on standard error what went wrong, and gives the exit code.
    static func report(_ error: any Error) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        let parserCode = ImageFactory.exitCode(for: error)
        // ArgumentParser's own errors, among them the request for help, print themselves.
        if parserCode == .success || parserCode == .validationFailure {
            let text = ImageFactory.fullMessage(for: error)
            guard parserCode == .success else {
                Talk.say(text)
                return usage.rawValue
            }
            Talk.result(text)
            return done.rawValue
        }
        let status = ExitStatus(error)
        Talk.say(status == .interrupted ? "interrupted" : "error: \(error)")
        return status.rawValue
    }
}

/// A command line that asks for what cannot be.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
