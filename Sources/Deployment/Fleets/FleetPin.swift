package import Attestation
internal import HostSystem
internal import Pipeline
package import SystemPackage

/// A version in a fleet file that follows a channel.
package struct FleetPin: Sendable, Hashable {
    /// The channel.
    package let channel: Channel
    /// The versions of the channel that count; nil for all.
    package let range: VersionRange?
    /// Where the version stands.
    let place: YAMLPlace

    /// A version that is not what its channel holds any more.
    package struct Move: Sendable, Hashable, CustomStringConvertible {
        /// The fleet.
        package let fleet: String
        /// Its file, in the folder of fleets.
        package let file: FilePath
        /// What it follows, and where its version stands.
        let pin: FleetPin
        /// The version in the file.
        package let old: String
        /// The version that the channel holds.
        package let new: String

        package var description: String { "\(fleet): \(old) to \(new), which \(pin.channel.rawValue) holds" }
    }

    /// What the version is moved to.
    var source: FleetFile.Source { .held(in: channel, range) }

    /// The moves of fleets, and those of which it cannot be told; `version` tells which version of a template is at a source.
    ///
    /// - Throws: `CancellationError` alone.
    package static func moves(
        of fleets: [FleetFile], _ version: (_ template: String, FleetFile.Source) async throws -> String
    ) async throws -> (moves: [Move], failed: [FleetResult]) {
        var (moves, failed): ([Move], [FleetResult]) = ([], [])
        for fleet in fleets {
            guard let pin = fleet.pin, case .version(let old) = fleet.source else { continue }
            do {
                let new = try await version(fleet.template, pin.source)
                guard new != old else { continue }
                moves.append(Move(fleet: fleet.order.name, file: fleet.file, pin: pin, old: old, new: new))
            } catch let error as CancellationError {
                throw error
            } catch {
                failed.append(FleetResult(fleet, .failed("\(error)")))
            }
        }
        return (moves, failed)
    }

    /// Writes the new versions into the files, and changes nothing else in them; if one cannot be written, or `commit` fails,
    /// all of them are what they were.
    ///
    /// - Throws: ``FleetPinError`` for a file in which the version is not where it was, and what `commit` throws.
    package static func write(
        _ moves: [Move], in folder: FilePath, commit: () async throws -> Void
    ) async throws {
        var old: [(path: FilePath, text: String)] = []
        do {
            for move in moves {
                let path = folder.appending(move.file.string)
                let text = try path.readText(limit: YAMLFile.sizeLimit)
                let new = try moved(text, by: move)
                old.append((path, text))
                try path.writeAtomically(new.utf8)
            }
            try await commit()
        } catch {
            for (path, text) in old { try? path.writeAtomically(text.utf8) }
            throw error
        }
    }

    private static func moved(_ text: String, by move: Move) throws(FleetPinError) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let index = move.pin.place.line - 1
        guard lines.indices.contains(index) else { throw FleetPinError(file: move.file) }
        // A quote may stand before it.
        let scalars = lines[index].unicodeScalars
        let tail = scalars.dropFirst(move.pin.place.column - 1)
        let quote = tail.prefix { $0 == "'" || $0 == "\"" }
        let rest = tail.dropFirst(quote.count)
        guard quote.count <= 1, rest.starts(with: move.old.unicodeScalars) else { throw FleetPinError(file: move.file) }
        lines[index] =
            String(scalars[..<rest.startIndex]) + move.new + String(rest.dropFirst(move.old.unicodeScalars.count))
        return lines.joined(separator: "\n")
    }
}

/// A file that was changed while its version was to be moved.
package struct FleetPinError: Error, CustomStringConvertible {
    /// The file.
    package let file: FilePath

    package var description: String {
        "the version in \(file) cannot be moved, as it does not stand plainly behind 'version:'; write it on that line"
    }
}
