/// An account of an image; whether it has a password is said, never the password's hash.
package struct Account: Sendable, Codable, Equatable {
    /// Whether somebody can log in by a password.
    package enum Password: String, Sendable, Codable {
        /// A password is set.
        case set
        /// No password opens it.
        case locked
        /// It opens without one.
        case empty
    }

    /// Its name.
    package var name: String
    /// Its number.
    package var user: Int
    /// The number of its main group.
    package var group: Int
    /// Its home folder.
    package var home: String
    /// Its shell.
    package var shell: String
    /// Whether a password opens it.
    package var password: Password

    /// An account.
    package init(name: String, user: Int, group: Int, home: String, shell: String, password: Password) {
        self.name = name
        self.user = user
        self.group = group
        self.home = home
        self.shell = shell
        self.password = password
    }
}

/// A group of accounts.
package struct AccountGroup: Sendable, Codable, Equatable {
    /// Its name.
    package var name: String
    /// Its number.
    package var group: Int
    /// The accounts that it was given, sorted; not those whose main group it is.
    package var members: [String]

    /// A group.
    package init(name: String, group: Int, members: [String]) {
        self.name = name
        self.group = group
        self.members = members.sorted()
    }
}
