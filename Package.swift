// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "imagefactory",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CHyperscan", pkgConfig: "libhs", providers: [.apt(["libvectorscan-dev"])]),
        .systemLibrary(name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CPidfd"),
        .systemLibrary(name: "CQcow", pkgConfig: "libqcow", providers: [.apt(["libqcow-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        .target(
            name: "HostSystem",
            dependencies: ["COpenSSL", .product(name: "Subprocess", package: "swift-subprocess"), system],
            swiftSettings: settings
        ),
        .target(name: "RandomTestSupport", path: "Tests/RandomTestSupport", swiftSettings: settings),
        .testTarget(name: "HostSystemTests", dependencies: ["HostSystem", system], swiftSettings: settings),

        .target(
            name: "DiskImages",
            dependencies: ["CDeflate", "CLinux", "CQcow", "CZlib", "CZstd", "HostSystem", system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DiskImagesTests", dependencies: ["DiskImages", "HostSystem", "RandomTestSupport", system],
            swiftSettings: settings),

        .target(name: "Libvirt", dependencies: ["CLibvirt", "HostSystem", system], swiftSettings: settings),
        .target(
            name: "LibvirtTestSupport", dependencies: ["HostSystem", system], path: "Tests/LibvirtTestSupport",
            swiftSettings: settings),
        .testTarget(name: "LibvirtTests", dependencies: ["HostSystem", "Libvirt", system], swiftSettings: settings),

        .target(name: "GuestAgent", dependencies: ["HostSystem", system], swiftSettings: settings),
        .testTarget(
            name: "GuestAgentTests", dependencies: ["GuestAgent", "HostSystem", system], swiftSettings: settings),

        .target(
            name: "InstallMedia",
            dependencies: ["HostSystem", system],
            resources: [.embedInCode("LabISO/Files")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InstallMediaTests", dependencies: ["HostSystem", "InstallMedia", system], swiftSettings: settings),

        .target(
            name: "Machines",
            dependencies: ["CPidfd", "GuestAgent", "HostSystem", "Libvirt", logging, system],
            swiftSettings: settings
        ),
        .target(
            name: "MachinesTestSupport",
            dependencies: ["Machines"],
            path: "Tests/MachinesTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "MachinesTests",
            dependencies: ["GuestAgent", "HostSystem", "Libvirt", "Machines", "MachinesTestSupport", logging, system],
            swiftSettings: settings
        ),

        .target(
            name: "Attestation",
            dependencies: ["DiskImages", "HostSystem", system],
            resources: [.embedInCode("Changes/changes.schema.json"), .embedInCode("SBOM/Licences/licences.txt")],
            swiftSettings: settings
        ),
        .target(
            name: "AttestationTestSupport",
            dependencies: ["Attestation", "DiskImages", "HostSystem", system],
            path: "Tests/AttestationTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "AttestationTests",
            dependencies: [
                "Attestation", "AttestationTestSupport", "DiskImages", "HostSystem", "RandomTestSupport", system,
            ],
            swiftSettings: settings
        ),

        .target(
            name: "DiskAudit",
            dependencies: ["Attestation", "CArchive", "CHyperscan", "DiskImages", "HostSystem", system],
            resources: [.embedInCode("Rules/published-secrets.txt")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DiskAuditTests",
            dependencies: ["Attestation", "DiskAudit", "DiskImages", "HostSystem", "RandomTestSupport", system],
            swiftSettings: settings
        ),

        .target(
            name: "Promotion", dependencies: ["Attestation", "DiskImages", "HostSystem", "Pipeline", system],
            resources: [.embedInCode("Signers/verify-tags.sh")], swiftSettings: settings),
        .target(
            name: "PromotionTestSupport",
            dependencies: ["Attestation", "DiskImages", "HostSystem", "Promotion", system],
            path: "Tests/PromotionTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "PromotionTests",
            dependencies: [
                "Attestation", "AttestationTestSupport", "HostSystem", "Pipeline", "Promotion", "PromotionTestSupport",
                "RandomTestSupport", system,
            ],
            swiftSettings: settings),

        .target(
            name: "Deployment",
            dependencies: [
                "Attestation", "DiskImages", "GuestAgent", "HostSystem", "Libvirt", "Machines", "Pipeline", "Promotion",
                system,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DeploymentTests",
            dependencies: [
                "Attestation", "AttestationTestSupport", "Deployment", "DiskImages", "FleetTestSupport", "GuestAgent",
                "HostSystem", "Libvirt", "LibvirtTestSupport", "Pipeline", "Promotion", "PromotionTestSupport",
                "ProxmoxStandIn", "ProxmoxTestSupport", "RandomTestSupport", "VirtualMachineTestSupport", system,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "proxmox-server", dependencies: ["HostSystem", "ProxmoxStandIn", system], path: "Tests/ProxmoxServer",
            swiftSettings: settings),

        .target(
            name: "FleetTestSupport",
            dependencies: [
                "Attestation", "HostSystem", "LibvirtTestSupport", "PromotionTestSupport", "RandomTestSupport",
                "VirtualMachineTestSupport", system,
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Tests/FleetTestSupport",
            swiftSettings: settings
        ),

        .target(
            name: "MetricsServer",
            dependencies: [
                logging, system,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "MetricsServerTests", dependencies: ["HostSystem", "MetricsServer", logging],
            swiftSettings: settings),

        .target(
            name: "ProxmoxStandIn",
            dependencies: [
                "HostSystem", system,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/ProxmoxStandIn",
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProxmoxStandInTests",
            dependencies: ["HostSystem", "MetricsServer", "ProxmoxStandIn", logging, system],
            swiftSettings: settings),
        .target(
            name: "ProxmoxTestSupport",
            dependencies: [
                "Attestation", "Deployment", "HostSystem", "PromotionTestSupport", "ProxmoxStandIn",
                "RandomTestSupport", "VirtualMachineTestSupport", system,
            ],
            path: "Tests/ProxmoxTestSupport",
            swiftSettings: settings
        ),

        .executableTarget(
            name: "evidence-sample",
            dependencies: ["Attestation", "HostSystem", system],
            path: "Tests/EvidenceSample",
            swiftSettings: settings
        ),

        .target(
            name: "Pipeline",
            dependencies: [
                "HostSystem", logging, system,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Events/run-event.schema.json")],
            swiftSettings: settings
        ),
        .target(
            name: "PipelineTestSupport",
            dependencies: ["HostSystem", "Pipeline"],
            path: "Tests/PipelineTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "CrashTestSupport", "HostSystem", "Pipeline", "PipelineTestSupport", "RandomTestSupport",
                "crash-worker", "power-loss",
                logging,
                system, .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),

        .target(
            name: "ContinuousIntegration",
            dependencies: ["Attestation", "HostSystem", "Pipeline", "Promotion", system],
            resources: [
                .embedInCode("Workflows/Hooks/post-receive.sh"), .embedInCode("Workflows/Hooks/update.sh"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ContinuousIntegrationTests",
            dependencies: ["ContinuousIntegration", "HostSystem", "Pipeline", "Promotion", "imagefactory", system],
            exclude: ["Recorded"],
            swiftSettings: settings
        ),

        .systemLibrary(
            name: "CFuse", path: "Tests/CFuse", pkgConfig: "fuse3", providers: [.apt(["libfuse3-dev"])]),
        .target(
            name: "CrashTestSupport",
            dependencies: [
                "HostSystem", "Pipeline", "RandomTestSupport", logging, system,
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Tests/CrashTestSupport",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "crash-worker",
            dependencies: ["CrashTestSupport", "HostSystem", "Pipeline", system],
            path: "Tests/CrashWorker",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "power-loss",
            dependencies: ["CFuse", "CLinux", "CrashTestSupport", "RandomTestSupport", system],
            path: "Tests/PowerLoss",
            swiftSettings: settings
        ),

        .target(
            name: "Stages",
            dependencies: [
                "Attestation", "DiskAudit", "DiskImages", "GuestAgent", "HostSystem", "InstallMedia", "Libvirt",
                "Machines", "Pipeline", system,
            ],
            resources: [
                .embedInCode("Offline/collect-inventory.sh"), .embedInCode("Offline/mount-system.sh"),
                .embedInCode("Offline/reclaim-space.sh"), .embedInCode("Offline/words.sh"),
                .embedInCode("Offline/seal-system.sh"), .embedInCode("Sealing/seal-words.sh"),
                .embedInCode("Proof/list-identities.sh"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StagesTests",
            dependencies: [
                "Attestation", "CrashTestSupport", "DiskImages", "HostSystem", "Libvirt", "Machines",
                "MachinesTestSupport", "Pipeline", "PipelineTestSupport", "RandomTestSupport", "SealTestSupport",
                "Stages", "power-loss", system,
            ],
            swiftSettings: settings
        ),

        .executableTarget(
            name: "conversion-limit",
            dependencies: ["DiskImages", "HostSystem", system],
            path: "Benchmarks/ConversionLimit",
            swiftSettings: settings
        ),

        .executableTarget(
            name: "imagefactory",
            dependencies: [
                "Attestation", "ContinuousIntegration", "Deployment", "DiskAudit", "DiskImages", "GuestAgent",
                "HostSystem", "InstallMedia", "Libvirt", "Machines", "MetricsServer", "Pipeline", "Promotion", "Stages",
                logging,
                system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "imagefactoryTests",
            dependencies: [
                "Attestation", "AttestationTestSupport", "HostSystem", "imagefactory", "Machines", "Pipeline",
                "PipelineTestSupport", "Promotion", "PromotionTestSupport", "ProxmoxStandIn", "ProxmoxTestSupport",
                "Stages", "VirtualMachineTestSupport", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),

        .target(
            name: "SealTestSupport",
            dependencies: ["HostSystem", "InstallMedia", system],
            path: "Tests/SealTestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "VirtualMachineTestSupport",
            dependencies: [
                "Attestation", "DiskAudit", "GuestAgent", "HostSystem", "imagefactory", "Machines", "Pipeline",
                "PipelineTestSupport", "Stages", logging, system,
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            path: "Tests/VirtualMachineTestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "VirtualMachineTests",
            dependencies: [
                "Attestation", "DiskAudit", "HostSystem", "LibvirtTestSupport", "Pipeline", "PromotionTestSupport",
                "VirtualMachineTestSupport", system,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LongTests",
            dependencies: [
                "Attestation", "CrashTestSupport", "Deployment", "DiskImages", "FleetTestSupport", "GuestAgent",
                "HostSystem", "Libvirt", "LibvirtTestSupport", "Machines", "Pipeline", "PromotionTestSupport",
                "ProxmoxStandIn", "ProxmoxTestSupport", "RandomTestSupport", "SealTestSupport", "Stages",
                "VirtualMachineTestSupport", "crash-worker", "power-loss", logging, system,
            ],
            swiftSettings: settings
        ),
    ]
)
