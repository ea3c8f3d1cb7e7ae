/// What the vendor's schema says of one value: a parameter, a reply, or a part of either.
struct SchemaNode: Sendable {
    /// What text must look like.
    enum Format: Sendable {
        /// A checker of the vendor's, by its name.
        case named(String)
        /// A property string such as `local:0,import-from=…`: what its keys may be.
        case properties([String: SchemaNode])
    }

    /// What becomes of keys that are not listed.
    enum Others: Sendable {
        case allowed, refused
    }

    let type: String?
    let isOptional: Bool
    let isDefaultKey: Bool
    let alias: String?
    let keyAlias: String?
    let values: [String]?
    let pattern: String?
    let minimum: Double?
    let maximum: Double?
    let minimumLength: Int?
    let maximumLength: Int?
    let requires: String?
    let format: Format?
    let properties: [String: SchemaNode]
    let others: Others
    let items: [SchemaNode]

    init(_ json: JSON) {
        let fields = json.fields ?? [:]
        type = fields["type"]?.text
        isOptional = fields["optional"]?.isTrue ?? false
        isDefaultKey = fields["default_key"]?.isTrue ?? false
        alias = fields["alias"]?.text
        keyAlias = fields["keyAlias"]?.text
        values = fields["enum"]?.list?.compactMap(\.text)
        pattern = fields["pattern"]?.text.map(Self.withoutPerlFlags)
        minimum = fields["minimum"]?.text.flatMap(Double.init)
        maximum = fields["maximum"]?.text.flatMap(Double.init)
        minimumLength = fields["minLength"]?.integer
        maximumLength = fields["maxLength"]?.integer
        requires = fields["requires"]?.text
        format =
            switch fields["format"] {
            case .string(let name): .named(name)
            case .object(let keys): .properties(keys.mapValues(SchemaNode.init))
            default: nil
            }
        properties = (fields["properties"]?.fields ?? [:]).mapValues(SchemaNode.init)
        others = fields["additionalProperties"].map { $0.isTrue || $0.fields != nil } == false ? .refused : .allowed
        items = fields["items"].map { [SchemaNode($0)] } ?? []
    }

    /// The entry for a key; `scsi0` is described under `scsi[n]`.
    func property(_ key: String) -> SchemaNode? {
        if let property = properties[key] { return property }
        guard let name = key.wholeMatch(of: /([a-z]+)[0-9]{1,3}/)?.1 else { return nil }
        return properties["\(name)[n]"]
    }

    /// Perl writes a compiled pattern as `(?^:…)`, which other engines do not know.
    private static func withoutPerlFlags(_ pattern: String) -> String {
        pattern.replacing("(?^:", with: "(?:").replacing("(?^i:", with: "(?i:")
    }
}
