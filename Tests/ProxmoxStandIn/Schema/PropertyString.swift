/// Property strings: `local:0,import-from=local:import/disk.qcow2,discard=on`.
enum PropertyString {
    /// Why a text is none.
    enum Malformed: Error, CustomStringConvertible {
        case duplicateKey(String)
        case unknownKey(String)
        case valueWithoutKey(String)

        var description: String {
            switch self {
            case .duplicateKey(let key): "duplicate key in comma-separated list property: \(key)"
            case .unknownKey(let key): "invalid comma-separated-pair item, unknown key: \(key)"
            case .valueWithoutKey(let value): "value without key, but schema does not define a default key: \(value)"
            }
        }
    }

    /// The keys and values of a text; an alias is resolved, and a value without a key is the default key's.
    static func parse(_ text: String, keys: [String: SchemaNode]) throws(Malformed) -> [String: String] {
        let defaultKey = keys.first { $0.value.isDefaultKey }?.key
        var result: [String: String] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            var key: String
            let value: String
            if pair.count == 2 {
                (key, value) = (pair[0], pair[1])
                guard let node = keys[key] else { throw .unknownKey(key) }
                if let other = node.keyAlias { try set(other, key, in: &result) }
                key = node.alias ?? key
            } else {
                guard let defaultKey else { throw .valueWithoutKey(pair[0]) }
                (key, value) = (keys[defaultKey]?.alias ?? defaultKey, pair[0])
            }
            try set(key, value, in: &result)
        }
        return result
    }

    private static func set(
        _ key: String, _ value: String, in result: inout [String: String]
    ) throws(Malformed) {
        guard result.updateValue(value, forKey: key) == nil else { throw .duplicateKey(key) }
    }
}
