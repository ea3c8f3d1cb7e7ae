import Machines
import Pipeline
import Stages
import Testing

struct MachineFailureTests {
    /// The runner puts both into the events of a run, by this protocol.
    @Test(arguments: FailureCause.allCases)
    func knowsItsNameAndWhatToDo(cause: FailureCause) throws {
        let error: any Error = MachineFailure(cause, evidence: ["a line"])
        let diagnosed = try #require(error as? any DiagnosedError)
        #expect(diagnosed.causeName == cause.rawValue)
        #expect(diagnosed.advice == cause.nextStep)
    }
}
