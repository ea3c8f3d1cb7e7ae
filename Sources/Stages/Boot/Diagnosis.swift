package import Machines
internal import Pipeline

extension MachineFailure: DiagnosedError {
    package var causeName: String { cause.rawValue }
    package var advice: String { cause.nextStep }
}
