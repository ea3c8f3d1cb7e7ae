internal import Foundation
internal import HostSystem

/// A program of this host that a build runs.
package struct HostTool: Sendable {
    /// Its name.
    let name: String
    /// The Debian package that has it.
    let package: String
    /// The oldest version that serves: Debian 12's, which is the oldest that the tests run with.
    let oldest: ToolVersion

    /// The programs of every build.
    static let all = [
        HostTool(name: "qemu-system-x86_64", package: "qemu-system-x86", oldest: "7.2"),
        HostTool(name: "qemu-img", package: "qemu-utils", oldest: "7.2"),
        HostTool(name: "guestfish", package: "guestfish", oldest: "1.48"),
        HostTool(name: "xorriso", package: "xorriso", oldest: "1.5.4"),
        HostTool(name: "mformat", package: "mtools", oldest: "4.0.32"),
        HostTool(name: "mcopy", package: "mtools", oldest: "4.0.32"),
        HostTool(name: "rpm", package: "rpm", oldest: "4.18"),
        HostTool(name: "tar", package: "tar", oldest: "1.34"),
    ]

    /// The library that drives QEMU; it is linked, and so it is there.
    static let libvirt = HostTool(name: "libvirt", package: "libvirt0", oldest: "9.0")

    /// What is wrong with the program; nil if it serves.
    func shortfall() async -> String? {
        do {
            return shortfall(of: try await Program.run(name, ["--version"], deadline: .seconds(30)).text)
        } catch ProgramError.notFound {
            return "\(name) (package \(package))"
        } catch {
            return "a \(name) that runs (package \(package)): \(error)"
        }
    }

    /// What is wrong with a program that says `text` of its version; nil if it serves.
    func shortfall(of text: String) -> String? {
        guard let version = ToolVersion(in: text), version < oldest else { return nil }
        return "\(name) \(oldest) or later (package \(package); this is \(version))"
    }
}

/// A program's version, as far as it can be compared: numbers with dots.
struct ToolVersion: Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    private let numbers: [Int]

    /// The first version in what a program says of itself; nil if there is none.
    init?(in text: String) {
        guard let match = text.firstMatch(of: /[0-9]{1,8}(\.[0-9]{1,8})+/) else { return nil }
        numbers = match.output.0.split(separator: ".").compactMap { Int($0) }
    }

    init(stringLiteral text: String) {
        numbers = text.split(separator: ".").compactMap { Int($0) }
    }

    var description: String { numbers.map(String.init).joined(separator: ".") }

    static func < (one: ToolVersion, other: ToolVersion) -> Bool {
        one.numbers.lexicographicallyPrecedes(other.numbers)
    }
}
