package import HostSystem
package import SystemPackage

/// One golden image: its ISO, machine, answers, provisioning, seal, tests and formats, as `templates/NAME.yaml` says.
///
/// A value of this type has passed every check that needs neither the ISO nor the host.
package struct Template: Sendable {
    /// The image's name, which is also the file's: `golden-centos9`.
    package var name: String
    /// One line for people.
    package var summary: String
    /// The file, as errors name it: `templates/golden-centos9.yaml`.
    package var file: FilePath
    /// The folder that holds `templates/`; every path in a template is relative to it.
    package var root: FilePath
    /// The name of the pipeline it runs through.
    package var pipeline: String
    /// The tag series of its releases.
    package var series: String
    /// Where the installer ISO comes from.
    package var iso: ISO
    /// The machine that it is built in.
    package var machine: Machine
    /// How the installer is booted.
    package var boot: Boot
    /// What the installer is told.
    package var answers: Answers
    /// What is done in the installed system.
    package var provision: [ProvisionStep]
    /// What is removed from it before it becomes an image.
    package var seal: Seal
    /// What the image may carry although an audit finds it.
    package var allowances: [Allowance]
    /// What must hold in a clone of the image.
    package var tests: [GuestTest]
    /// What clones of the image, and the image's files, must show beside that.
    package var proof: Proof
    /// The files that are written.
    package var formats: [Format]
    /// How long things may take.
    package var deadlines: Deadlines
    /// How old a provisioning that read package repositories may become; nil for any age.
    package var maxAge: Duration?
}

extension Template {
    /// Where the installer ISO comes from.
    package struct ISO: Sendable, Equatable {
        /// The three sources.
        package enum Source: Sendable, Equatable {
            /// A file on this host.
            case path(FilePath)
            /// An address to fetch from.
            case url(String)
            /// The lab ISO of a distribution, made on this host: `debian13`.
            case lab(String, root: LabRoot = .ext4)
        }

        /// What a lab ISO puts the root of the installed system on.
        package enum LabRoot: String, Sendable, CaseIterable {
            case ext4, zfs
        }

        /// What its digest must be.
        package enum Checksum: Sendable, Equatable {
            /// The digest itself.
            case digest(Digest)
            /// A `.sha256` file on this host.
            case file(FilePath)
            /// The address of a `.sha256` file.
            case url(String)
        }

        /// The source.
        package var source: Source
        /// The expected digest; nil where none was given.
        package var checksum: Checksum?
        /// Where the template names it.
        package var place: YAMLPlace

        /// An ISO from `source`.
        package init(source: Source, checksum: Checksum?, place: YAMLPlace) {
            self.source = source
            self.checksum = checksum
            self.place = place
        }
    }

    /// The machine that an image is built in.
    package struct Machine: Sendable, Equatable {
        /// The number of virtual processors.
        package var cpus: Int
        /// Its memory.
        package var memory: ByteCount
        /// The size of its disk, and so of the image.
        package var disk: ByteCount
        /// What the disk is attached to.
        package var diskBus: DiskBus
        /// What its network card is attached to.
        package var network: Network
    }

    /// What a disk is attached to.
    package enum DiskBus: String, Sendable, CaseIterable, Codable {
        case virtio, scsi, sata
    }

    /// What a machine's network card is attached to.
    package enum Network: Sendable, Hashable {
        /// No card at all.
        case none
        /// QEMU's own user network.
        case user
        /// A virtual network of libvirt's.
        case network(String)
        /// A bridge of the host's.
        case bridge(String)
    }

    /// How the installer is booted.
    package struct Boot: Sendable, Equatable {
        /// What loads the installer's kernel.
        package enum Way: String, Sendable, CaseIterable, Codable {
            /// QEMU loads the ISO's kernel and initrd directly.
            case kernel
            /// The firmware boots the medium.
            case firmware
        }

        /// What loads the kernel.
        package var from: Way
        /// Kernel arguments beside the installer's own.
        package var arguments: [String]
    }

    /// What is removed before a disk becomes an image.
    package struct Seal: Sendable, Equatable {
        /// The named set of operations.
        package var profile: Placed<String>
        /// Operations of the set that are left out.
        package var keep: [Placed<String>]
        /// Operations beside the set.
        package var add: [Placed<String>]
    }

    /// Something that the image may carry although an audit finds it.
    package struct Allowance: Sendable, Equatable {
        /// The file, in which `*` and `?` stand for characters of one name; or a part of the disk: `partition 2`.
        package var path: String
        /// The kind of what is found there.
        package var kind: Placed<String>
        /// Why it may be there, on one line.
        package var reason: String
    }

    /// A command that is run in a clone of the finished image.
    package struct GuestTest: Sendable, Equatable {
        /// What the test states.
        package var name: String
        /// The shell command.
        package var run: String
        /// What it must print, apart from white space at the ends; nil when only its exit code counts.
        package var expect: String?
        /// How long it may take.
        package var timeout: Duration
    }

    /// How long the parts of a build may take; nil leaves it to the factory, which allows more under emulation.
    package struct Deadlines: Sendable, Equatable {
        /// The whole installation.
        package var install: Duration?
        /// The boot of the installed system, until its agent answers.
        package var boot: Duration?
        /// The longest time without any sign of progress.
        package var stall: Duration?
        /// An orderly shutdown.
        package var shutdown: Duration?
    }
}
