internal import Foundation
internal import SystemPackage

/// The vendor's own description of its API, read from its file.
struct VendorSchema: Sendable {
    /// One method of one path.
    struct Method: Sendable {
        /// The path with its names, such as `/nodes/{node}/qemu`.
        let path: String
        /// `GET`, `POST`, `PUT` or `DELETE`.
        let verb: String
        /// What it takes, the names in its path included.
        let parameters: SchemaNode
        /// What it gives.
        let reply: SchemaNode
        /// Who may call it: the vendor's expression, nil where everybody may or where code decides.
        let rights: JSON?
        /// Whether a token may call it at all.
        let takesTokens: Bool
        /// Whether a node that gets the call for another hands it on.
        let isHandedOn: Bool

        /// `GET /version`, as the schema writes it.
        var name: String { "\(verb) \(path)" }
    }

    /// The file, and what to do when it is not there.
    struct Unreadable: Error, CustomStringConvertible {
        let path: FilePath
        let reason: String

        var description: String {
            "the vendor's API schema cannot be read from \(path) (\(reason)); put it there, or name another place in "
                + VendorSchema.variable
        }
    }

    /// The variable that names another file.
    static let variable = "PROXMOX_API_SCHEMA"

    private let paths: [(segments: [String], methods: [String: Method])]

    /// The schema of this process's tests, read once.
    static func shared() throws -> VendorSchema { try loaded.get() }

    private static let loaded: Result<VendorSchema, any Error> = Result {
        let named = ProcessInfo.processInfo.environment[variable].map { FilePath($0) }
        return try VendorSchema(file: named ?? Self.file)
    }

    /// Beside the repository: what is tested against is not ours to carry.
    private static let file = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("shared/data/pve-schema-8.4.json")

    /// Reads a file.
    init(file: FilePath) throws {
        let document: JSON
        do {
            document = try JSON(parsing: Array(Data(contentsOf: URL(filePath: file.string))))
        } catch {
            throw Unreadable(path: file, reason: "\(error)")
        }
        guard let endpoints = document["endpoints"]?.fields else {
            throw Unreadable(path: file, reason: "it has no endpoints")
        }
        paths = endpoints.merging(SchemaExceptions.pathsLeftOut) { vendor, _ in vendor }.map { path, methods in
            let segments = path.split(separator: "/").map(String.init)
            let entries = (methods.fields ?? [:]).map { verb, info in
                (verb, Method(path: path, verb: verb, info: info))
            }
            return (segments, Dictionary(uniqueKeysWithValues: entries))
        }
    }

    /// The methods of a path, and what stands in the places of its names; nil for a path that there is none of.
    func methods(ofPath path: String) -> (methods: [String: Method], names: [String: String])? {
        let parts = path.split(separator: "/").map(String.init)
        // A path that spells a part out is nearer than one that has a name there.
        return paths.compactMap { segments, methods -> (methods: [String: Method], names: [String: String])? in
            guard let names = Self.match(parts, segments) else { return nil }
            return (methods, names)
        }.min { $0.names.count < $1.names.count }
    }

    private static func match(_ parts: [String], _ segments: [String]) -> [String: String]? {
        var names: [String: String] = [:]
        for (index, segment) in segments.enumerated() {
            guard index < parts.count else { return nil }
            if segment == "{volume}" {
                // The one name that may hold slashes takes all that is left.
                guard index == segments.count - 1 else { return nil }
                names["volume"] = parts[index...].joined(separator: "/")
                return names
            }
            if segment.hasPrefix("{") {
                names[String(segment.dropFirst().dropLast())] = parts[index]
            } else if segment != parts[index] {
                return nil
            }
        }
        return parts.count == segments.count ? names : nil
    }
}

extension VendorSchema.Method {
    fileprivate init(path: String, verb: String, info: JSON) {
        self.init(
            path: path, verb: verb, parameters: SchemaNode(info["parameters"] ?? .null),
            reply: SchemaNode(info["returns"] ?? .null), rights: info["permissions"]?["check"],
            takesTokens: info["allowtoken"]?.isTrue ?? true, isHandedOn: info["proxyto"] != nil)
    }
}
