internal import Foundation
internal import HostSystem

/// Reads objects of a repository, many by one git process, each as it was stored.
struct ObjectReader: Sendable {
    /// What a name led to.
    enum Answer: Sendable, Equatable {
        /// An object: its type and its content.
        case object(type: String, [UInt8])
        /// Nothing.
        case missing
        /// An object that is longer than allowed.
        case tooLong
    }

    /// An object that git knows, before it is read.
    struct Header: Sendable {
        /// Its id.
        let id: ObjectID
        /// Its type: `tag`.
        let type: String
        /// Its length in bytes.
        let size: Int
    }

    /// The most that one git process is asked to print; ``Program`` keeps at most 64 MiB.
    private static let batchLimit = 16 << 20
    /// Objects are read as they are: who can push a replacement must not change what a signature is about.
    private static let environment = ["GIT_NO_REPLACE_OBJECTS": "1"]

    let repository: Repository

    /// The id of what a name leads to; nil for nothing.
    func id(of name: String) async throws -> ObjectID? {
        try await headers([name]).first??.id
    }

    /// Reads one object.
    func read(_ name: String, limit: Int) async throws -> Answer {
        guard let header = try await headers([name]).first ?? nil else { return .missing }
        guard header.size <= limit else { return .tooLong }
        guard let bytes = try await contents([header])[header.id] else { return .missing }
        return .object(type: header.type, bytes)
    }

    /// What is known of each name, which must be of one line; nil for one that leads nowhere.
    func headers(_ names: [String]) async throws -> [Header?] {
        let output = try await repository.git(
            ["cat-file", "--batch-check"], input: Array(names.joined(separator: "\n").utf8) + [10],
            environment: Self.environment)
        return output.text.split(separator: "\n").map { Self.header($0) }
    }

    /// The contents of objects by their ids; one that went away in the meantime is left out.
    func contents(_ headers: [Header]) async throws -> [ObjectID: [UInt8]] {
        var contents: [ObjectID: [UInt8]] = [:]
        var rest = headers[...]
        while let first = rest.first {
            var size = first.size
            var batch = [first]
            rest.removeFirst()
            while let next = rest.first, size + next.size <= Self.batchLimit {
                size += next.size
                batch.append(next)
                rest.removeFirst()
            }
            let input = batch.map { "\($0.id)\n" }.joined()
            let output = try await repository.git(
                ["cat-file", "--batch"], input: Array(input.utf8), environment: Self.environment)
            Self.take(output.standardOutput, into: &contents)
        }
        return contents
    }

    /// Takes apart what `cat-file --batch` printed: a line, the content, and a newline for each object.
    private static func take(_ bytes: [UInt8], into contents: inout [ObjectID: [UInt8]]) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            guard let header = header(line[...]) else { continue }
            guard rest.count > header.size else { return }
            contents[header.id] = Array(rest.prefix(header.size))
            rest = rest.dropFirst(header.size + 1)
        }
    }

    private static func header(_ line: Substring) -> Header? {
        let words = line.split(separator: " ")
        guard words.count == 3, let id = ObjectID(words[0]), let size = Int(words[2]), size >= 0 else { return nil }
        return Header(id: id, type: String(words[1]), size: size)
    }
}
