extension Template {
    /// What a template wants proven of its image, beside its tests.
    package struct Proof: Sendable, Equatable {
        /// What each clone must have for itself, beside what every image must leave to its clones.
        package var perClone: Set<Identity>
        /// Whether a clone on a larger disk makes use of all of it.
        package var grows: Bool
        /// What a guest may say on its console although it looks like an error of its kernel's.
        package var allowedOnConsole: [AllowedLine]
        /// What the image's files are attached to when they are booted; an appliance says that itself.
        package var buses: [DiskBus]
        /// Whether the template's tests run in each file that is booted, and not in a clone alone.
        package var testsImages: Bool

        /// The proof of a template that says nothing about it, with a disk on `bus`.
        package init(bus: DiskBus = .virtio) {
            perClone = []
            grows = false
            allowedOnConsole = []
            buses = [bus]
            testsImages = false
        }
    }

    /// What clones share unless the template wants otherwise; whether that does harm depends on what they are for.
    package enum Identity: String, Sendable, CaseIterable, Codable {
        /// `/etc/hostid`, by which ZFS knows whose a pool is.
        case hostID = "hostid"
        /// Private SSH keys of root's and of users'.
        case userKeys = "user-keys"
        /// The GUIDs of ZFS pools.
        case poolGUID = "pool-guid"
    }

    /// A part of a console's line that is no error, and why.
    package struct AllowedLine: Sendable, Equatable, Codable {
        /// What the line contains.
        package var text: String
        /// Why it does no harm.
        package var reason: String
    }
}
