import GuestAgent
import Testing

/// Expects `body` to throw an ``AgentError`` of `kind`.
func expectError<Result>(
    _ kind: AgentError.Kind, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
    do {
        let result = try await body()
        Issue.record("it gave \(result), not an error of kind \(kind)", sourceLocation: sourceLocation)
    } catch let error as AgentError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("it threw \(error), not an error of kind \(kind)", sourceLocation: sourceLocation)
    }
}
