internal import Foundation
internal import HostSystem
internal import Promotion
internal import SystemPackage

/// What a job can read of why it runs: the variables that its runner set, and the file with the event.
package struct CIEnvironment: Sendable {
    /// The longest value of a variable that is taken; refs and ids are far shorter.
    private static let longestValue = 4096
    /// The longest file with an event that is read; forges send at most 25 MB, and less for pushes.
    private static let longestEvent = ByteCount.mebibytes(32)

    private let variables: [String: String]

    /// The environment of a process.
    package init(variables: [String: String]) {
        self.variables = variables
    }

    /// What runs the job; nil outside of one.
    package var forge: Forge? { Forge(variables: variables) }

    /// Why the job runs.
    ///
    /// - Throws: ``CIRefusal``, when the forge's variables and its event are not as documented, or contradict each other.
    package func event() throws -> CIEvent {
        switch forge {
        case .github: try GitHubEvent.read(self)
        case .gitea: try GiteaEvent.read(self)
        case .gitlab: try GitLabEvent.read(self)
        case .hook, nil: throw CIRefusal.noJob
        }
    }

    /// A variable; nil where it is not set or empty.
    package func text(_ name: String) throws(CIRefusal) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        guard value.utf8.count <= Self.longestValue else { throw .badVariable(name, "it is too long") }
        return value
    }

    /// A variable that must be set.
    func required(_ name: String) throws(CIRefusal) -> String {
        guard let value = try text(name) else { throw .missingVariable(name) }
        return value
    }

    /// A variable that holds an object's id.
    func objectID(_ name: String) throws(CIRefusal) -> ObjectID? {
        guard let value = try text(name) else { return nil }
        guard let id = ObjectID(value) else { throw .badVariable(name, "'\(value.shown)' is no id of a git object") }
        return id
    }

    /// A variable that counts from 1; 1 where it is not set.
    func count(_ name: String) throws(CIRefusal) -> Int {
        guard let value = try text(name) else { return 1 }
        guard let count = Int(value), count >= 1 else { throw .badVariable(name, "'\(value.shown)' is no count") }
        return count
    }

    /// What the file says that a variable names.
    func payload<Payload: Decodable>(_ type: Payload.Type, in name: String) throws -> Payload {
        let path = FilePath(try required(name))
        do {
            return try JSONDecoder().decode(type, from: Data(path.readBytes(limit: Self.longestEvent)))
        } catch let error as DecodingError {
            throw CIRefusal.badVariable(name, "\(path) does not hold the event: \(error.place)")
        } catch {
            throw CIRefusal.badVariable(name, "\(path) cannot be read: \(error)")
        }
    }
}

extension DecodingError {
    /// Where in a JSON document something is not as expected, without its content.
    fileprivate var place: String {
        let (what, context) =
            switch self {
            case .typeMismatch(_, let context): ("of another type", context)
            case .valueNotFound(_, let context), .keyNotFound(_, let context): ("not there", context)
            case .dataCorrupted(let context): ("no JSON, or not as it must be", context)
            @unknown default: ("not as it must be", Context(codingPath: [], debugDescription: ""))
            }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return "\(path.isEmpty ? "it" : path) is \(what)"
    }
}
