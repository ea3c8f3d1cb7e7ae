/// A document that is served.
package struct MetricsPage: Sendable {
    /// Its media type.
    package let contentType: String
    /// Its text.
    package let text: String

    /// A document.
    package init(contentType: String, text: String) {
        self.contentType = contentType
        self.text = text
    }
}
