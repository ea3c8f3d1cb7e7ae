internal import HostSystem
internal import Pipeline

/// The JSON Schema of the events, held against lines by a validator that is not ours.
package enum EventSchema {
    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator as Validator
        schema = json.loads(sys.argv[1])
        Validator.check_schema(schema)
        validator = Validator(schema)
        for index, line in enumerate(sys.stdin.buffer.read().decode().split("\\n")):
            if not validator.is_valid(json.loads(line)):
                print(index)
        """

    /// The numbers, from 0 on, of those lines that are no event by the schema.
    package static func refused(_ lines: [String]) async throws -> [Int] {
        // Debian's own interpreter, for which python3-jsonschema is installed.
        let output = try await Program.run(
            "/usr/bin/python3", ["-c", script, RunEvent.schema], input: Array(lines.joined(separator: "\n").utf8),
            deadline: .seconds(100))
        return output.text.split(separator: "\n").compactMap { Int($0) }
    }
}
