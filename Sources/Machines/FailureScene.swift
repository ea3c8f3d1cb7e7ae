internal import SystemPackage

/// What is left of a machine that failed, for those who save it.
package struct FailureScene: Sendable {
    /// The machine; nil if it did not even start.
    package let machine: Machine?
    /// Its name.
    package let name: String
    /// The definition that libvirt was given.
    let xml: String
    /// Where QEMU's own output went.
    let log: FilePath
    /// Where its console was logged.
    let consoleLog: FilePath
    /// What must not be shown.
    let redactor: Redactor
}
