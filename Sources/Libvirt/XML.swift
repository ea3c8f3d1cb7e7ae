package import FoundationXML

/// An element of a libvirt description, such as that of a domain or of a volume; texts are escaped when it is printed.
package func node(
    _ name: String, _ attributes: [String: String] = [:], text: String? = nil, children: [XMLElement] = []
) -> XMLElement {
    let element = XMLElement(name: name, stringValue: text)
    for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
        let attribute = XMLNode(kind: .attribute)
        attribute.name = key
        attribute.stringValue = value
        element.addAttribute(attribute)
    }
    for child in children { element.addChild(child) }
    return element
}

extension XMLElement {
    /// Adds elements at the end.
    package func add(_ children: XMLElement...) {
        for child in children { addChild(child) }
    }

    /// The first element inside of this one at a path of names: `os/nvram`.
    package func first(_ path: String) -> XMLElement? {
        path.split(separator: "/").reduce(self as XMLElement?) { $0?.elements(forName: String($1)).first }
    }

    /// The value of an attribute; nil where there is none.
    package func value(_ attribute: String) -> String? {
        self.attribute(forName: attribute)?.stringValue
    }

    /// The element that a text of libvirt's holds; nil for what is no XML.
    package static func parse(_ text: String) -> XMLElement? {
        // What is taken out of its document stays valid alone.
        (try? XMLDocument(xmlString: text))?.rootElement()?.copy() as? XMLElement
    }
}
