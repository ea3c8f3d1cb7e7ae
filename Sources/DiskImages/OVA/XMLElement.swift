/// An element of an XML document that is written, every tag on a line of its own: Proxmox reads a descriptor with the ends of
/// its lines left out, which would join attributes that only a line's end keeps apart.
struct XMLElement {
    private let name: String
    private let attributes: KeyValuePairs<String, String>
    private let content: Content

    private enum Content {
        case text(String)
        case children([XMLElement])
    }

    /// An element that holds others, or nothing.
    init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [XMLElement] = []) {
        self.name = name
        self.attributes = attributes
        content = .children(children)
    }

    /// An element that holds a text.
    init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.name = name
        self.attributes = attributes
        content = .text(text)
    }

    /// The document with this element as its root.
    var document: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(into: &text, depth: 0)
        return text
    }

    private func write(into text: inout String, depth: Int) {
        let indent = String(repeating: "  ", count: depth)
        text += indent + "<" + name
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        switch content {
        case .children(let children) where children.isEmpty: text += "/>\n"
        case .children(let children):
            text += ">\n"
            for child in children { child.write(into: &text, depth: depth + 1) }
            text += indent + "</\(name)>\n"
        case .text(let value): text += ">\(Self.escaped(value))</\(name)>\n"
        }
    }

    /// Line ends become blanks, what XML cannot hold is left out.
    private static func escaped(_ value: String) -> String {
        value.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n", "\r", "\t": text += " "
            case _ where scalar.isPrintable: text.unicodeScalars.append(scalar)
            default: break
            }
        }
    }
}
