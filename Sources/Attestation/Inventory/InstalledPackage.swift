/// A package that is installed, as the package database tells it.
package struct InstalledPackage: Sendable, Codable, Equatable {
    /// The package database.
    package enum Kind: String, Sendable, Codable {
        /// dpkg's.
        case deb
        /// rpm's.
        case rpm
    }

    /// The package database that it is in.
    package var kind: Kind
    /// Its name: `openssh-server`.
    package var name: String
    /// Its full version: `1:9.2p1-2+deb12u3` of dpkg, `[EPOCH:]VERSION-RELEASE` of rpm.
    package var version: String
    /// Its architecture: `amd64`, `all`, `x86_64`, `noarch`.
    package var architecture: String
    /// The source package; its own name where the database names no other. Of rpm, the source package's file name.
    package var source: String
    /// The source package's version; nil where it is the package's own.
    package var sourceVersion: String?
    /// Who maintains it: `Name <address>` or a vendor.
    package var maintainer: String?
    /// Its home page.
    package var homepage: String?
    /// Its summary in one line.
    package var summary: String?
    /// The licences as the package states them, in their own words, sorted; empty where it does not say.
    package var licences: [String]

    /// A package.
    package init(
        kind: Kind, name: String, version: String, architecture: String, source: String? = nil,
        sourceVersion: String? = nil, maintainer: String? = nil, homepage: String? = nil, summary: String? = nil,
        licences: [String] = []
    ) {
        self.kind = kind
        self.name = name
        self.version = version
        self.architecture = architecture
        self.source = source ?? name
        self.sourceVersion = sourceVersion
        self.maintainer = maintainer
        self.homepage = homepage
        self.summary = summary
        self.licences = licences.sorted()
    }
}
