/// The address of a web page that a document may hold: packages also write things that are none.
struct WebAddress: Sendable, Equatable {
    /// The address.
    let text: String

    /// An address of the web; nil for anything else.
    init?(_ text: String) {
        let form =
            /https?:\/\/[A-Za-z0-9.\-]+(:[0-9]{1,5})?([\/?#]([A-Za-z0-9\-._~:\/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?/
        guard text.utf8.count <= 2048, text.wholeMatch(of: form) != nil, text.count(where: { $0 == "#" }) < 2 else {
            return nil
        }
        self.text = text
    }
}

extension String {
    /// How many characters are so.
    fileprivate func count(where isCounted: (Character) -> Bool) -> Int {
        reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
    }
}
