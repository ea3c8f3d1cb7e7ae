/// Who supplies a component, in a CycloneDX document; persons too.
struct CycloneDXOrganization: Sendable, Encodable {
    struct Contact: Sendable, Encodable {
        let name: String
        let email: String
    }

    let name: String
    let contact: [Contact]?

    /// A supplier.
    init(_ supplier: Supplier) {
        name = supplier.name
        contact = supplier.mail.map { [Contact(name: supplier.name, email: $0)] }
    }
}
