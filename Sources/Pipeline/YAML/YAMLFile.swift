package import HostSystem
package import SystemPackage
internal import Yams

/// Reads a YAML file into a tree of bounded size; anchors and aliases are not part of our files.
package enum YAMLFile {
    /// The longest file that is read.
    package static let sizeLimit = ByteCount.mebibytes(1)
    /// The deepest nesting of lists and mappings.
    private static let depthLimit = 16
    /// The most nodes of a file.
    private static let nodeLimit = 20_000

    /// The document in the file at `path`, whose places name it `name`.
    ///
    /// - Throws: ``YAMLError`` for what is wrong in it, ``UnreadableFileError`` when it cannot be read.
    package static func read(_ path: FilePath, named name: FilePath) throws -> YAMLNode {
        let bytes: [UInt8]
        do {
            bytes = try path.readBytes(limit: sizeLimit)
        } catch let error as FileTooLargeError {
            throw YAMLError([YAMLProblem(at: YAMLPlace(file: name, line: 1, column: 1), error.description)])
        } catch {
            throw UnreadableFileError(path: path, cause: error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw YAMLError([YAMLProblem(at: YAMLPlace(file: name, line: 1, column: 1), "this is not UTF-8 text")])
        }
        return try parse(text, named: name)
    }

    /// The document in `text`, whose places name the file `name`.
    package static func parse(_ text: String, named name: FilePath) throws(YAMLError) -> YAMLNode {
        let start = YAMLPlace(file: name, line: 1, column: 1)
        if let line = lineOfAlias(in: text) {
            throw YAMLError([
                YAMLProblem(
                    at: YAMLPlace(file: name, line: line, column: 1), "anchors and aliases (&name, *name) are not read",
                    suggestion: "put common parts into a file of templates/_shared/ and name it under 'shared:'")
            ])
        }
        let root: Node?
        do {
            root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
        } catch {
            throw YAMLError([problem(from: error, in: text, start: start)])
        }
        guard let root else { throw YAMLError([YAMLProblem(at: start, "the file is empty")]) }
        var converter = Converter(file: name, nodesLeft: nodeLimit, depthLimit: depthLimit)
        return try converter.convert(root, depth: 0)
    }

    /// The line of the first alias whose anchor is there too.
    ///
    /// The parser copies what an alias names and hashes keys before it hands anything over, so that a few lines could
    /// keep it busy for years; therefore aliases are found in the text, before it is parsed.
    private static func lineOfAlias(in text: String) -> Int? {
        let tokens = tokens(in: text)
        let anchors = Set(tokens.filter { $0.mark == "&" }.map(\.name))
        return tokens.first { $0.mark == "*" && anchors.contains($0.name) }?.line
    }

    /// Every `&name` and `*name` that stands where the parser (libyaml's `scanner.c`) may begin a node.
    private static func tokens(in text: String) -> [(mark: Unicode.Scalar, line: Int, name: String)] {
        var found: [(mark: Unicode.Scalar, line: Int, name: String)] = []
        var line = 1
        var before: Unicode.Scalar = "\n"
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar == "&" || scalar == "*", before.isBreak || mayPrecedeNode.contains(before) {
                let name = scalars[(index + 1)...].prefix(while: \.isOfName)
                if !name.isEmpty { found.append((scalar, line, String(String.UnicodeScalarView(name)))) }
            }
            if scalar.isBreak, scalar != "\n" || before != "\r" { line += 1 }
            before = scalar
        }
        return found
    }

    /// What may stand close before a node, besides the end of a line. The parser ignores the last of them, a byte order mark,
    /// where it begins a line.
    private static let mayPrecedeNode: Set<Unicode.Scalar> = [" ", "\t", "[", "{", ",", ":", "?", "\u{FEFF}"]

    private static func problem(from error: any Error, in text: String, start: YAMLPlace) -> YAMLProblem {
        func place(_ mark: Mark) -> YAMLPlace { YAMLPlace(file: start.file, line: mark.line, column: mark.column) }
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            return YAMLProblem(
                at: place(mark), "this is not YAML: \(problem)\(context.map { " \($0.text)" } ?? "")",
                suggestion: isIndentedWithTab(text, line: mark.line) ? "indent with spaces, not tabs" : nil)
        case YamlError.reader(let problem, _, _, _):
            return YAMLProblem(at: start, "this is not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            return YAMLProblem(
                at: place(context.mark), "the key '\(key)' is there twice", suggestion: "leave one of them")
        default:
            return YAMLProblem(at: start, "this is not YAML: \(error)")
        }
    }

    private static func isIndentedWithTab(_ text: String, line: Int) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return false }
        return lines[line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }
}

extension Unicode.Scalar {
    /// Whether the parser takes it for the end of a line; a carriage return with a line feed is one end.
    fileprivate var isBreak: Bool {
        switch self {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// Whether an anchor's name can have it.
    fileprivate var isOfName: Bool {
        isASCII && (properties.isAlphabetic || "0123456789_-".unicodeScalars.contains(self))
    }
}

/// Makes our nodes from the parser's.
private struct Converter {
    let file: FilePath
    var nodesLeft: Int
    let depthLimit: Int

    mutating func convert(_ node: Node, depth: Int) throws(YAMLError) -> YAMLNode {
        let place = place(of: node)
        nodesLeft -= 1
        guard nodesLeft >= 0 else {
            throw YAMLError([YAMLProblem(at: place, "the file has too many parts to be one of ours")])
        }
        guard depth <= depthLimit else {
            throw YAMLError([YAMLProblem(at: place, "lists and mappings are nested more than \(depthLimit) deep")])
        }
        switch node {
        case .scalar(let scalar):
            let quoted = scalar.style != .plain && scalar.style != .any
            return YAMLNode(content: .scalar(scalar.string, quoted: quoted), place: place)
        case .sequence(let items):
            var list: [YAMLNode] = []
            for item in items { list.append(try convert(item, depth: depth + 1)) }
            return YAMLNode(content: .list(list), place: place)
        case .mapping(let pairs):
            return YAMLNode(content: .mapping(try entries(of: pairs, depth: depth)), place: place)
        case .alias:
            throw YAMLError([YAMLProblem(at: place, "aliases are not read")])
        }
    }

    private mutating func entries(
        of pairs: Node.Mapping, depth: Int
    ) throws(YAMLError) -> [(key: YAMLNode.Key, value: YAMLNode)] {
        var entries: [(key: YAMLNode.Key, value: YAMLNode)] = []
        var seen: Set<String> = []
        for (key, value) in pairs {
            guard let text = key.scalar?.string else {
                throw YAMLError([YAMLProblem(at: self.place(of: key), "a key must be a word, not a list or mapping")])
            }
            // The parser takes `a` and `!!str a` for two keys; to us they are one.
            guard seen.insert(text).inserted else {
                throw YAMLError([
                    YAMLProblem(
                        at: self.place(of: key), "the key '\(text)' is there twice", suggestion: "leave one of them")
                ])
            }
            entries.append((YAMLNode.Key(text: text, place: self.place(of: key)), try convert(value, depth: depth + 1)))
        }
        return entries
    }

    private func place(of node: Node) -> YAMLPlace {
        YAMLPlace(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }
}

/// A file that cannot be opened or read.
package struct UnreadableFileError: Error, CustomStringConvertible {
    /// The file.
    package let path: FilePath
    /// Why.
    package let cause: any Error

    package var description: String { "\(path) cannot be read: \(cause)" }
}
