import Testing

@testable import Attestation

struct SupplierTests {
    @Test(arguments: [
        ("Jane Doe <jane@example.org>", "Person: Jane Doe (jane@example.org)"),
        (
            "Debian Kernel Team <debian-kernel@lists.debian.org>",
            "Organization: Debian Kernel Team (debian-kernel@lists.debian.org)"
        ),
        (
            "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
            "Organization: GNU Libc Maintainers (debian-glibc@lists.debian.org)"
        ),
        ("Jane (Doe)\n<jane@example.org>", "Person: Jane Doe (jane@example.org)"),
        ("<jane@example.org>", "Person: jane@example.org (jane@example.org)"),
        ("Jane <no address>", "Organization: Jane"), ("Jane", "Organization: Jane"),
    ])
    func readsDebiansMaintainers(maintainer: String, spdx: String) {
        #expect(Supplier(maintainer: maintainer, of: .deb)?.spdx == spdx)
    }

    @Test func takesAnRPMsVendorForAnOrganization() {
        #expect(Supplier(maintainer: "CentOS", of: .rpm)?.spdx == "Organization: CentOS")
        #expect(Supplier(maintainer: "Joe <joe@example.org>", of: .rpm)?.spdx == "Organization: Joe (joe@example.org)")
    }

    @Test(arguments: ["", " ", "()", "< >", "\n"])
    func findsNobodyInNothing(maintainer: String) {
        #expect(Supplier(maintainer: maintainer, of: .deb) == nil)
    }
}
