package import Deployment
internal import HostSystem
package import ProxmoxStandIn
internal import Synchronization
internal import SystemPackage

/// A cluster that stands in for a real one, a client of it, and images to deploy.
package struct ProxmoxScene: Sendable {
    /// The cluster.
    package let server: ProxmoxStandIn
    /// A client of it.
    package let client: ProxmoxClient
    /// What the client said.
    package let talk: Transcript
    private let images: FilePath

    /// What was said to people.
    package final class Transcript: Sendable {
        private let said = Mutex<[String]>([])

        /// Nothing yet.
        package init() {}

        /// All lines.
        package var lines: [String] { said.withLock(\.self) }

        /// Takes a line.
        package func say(_ line: String) { said.withLock { $0.append(line) } }
    }

    /// Patience for a cluster on this host, whose tasks take a moment.
    package static var patience: ProxmoxPatience {
        var patience = ProxmoxPatience()
        patience.connection = .seconds(10)
        patience.idle = .seconds(20)
        patience.request = .seconds(30)
        patience.task = .seconds(60)
        patience.boot = .seconds(20)
        patience.check = .seconds(20)
        patience.lock = .seconds(20)
        patience.outage = .seconds(20)
        patience.turn = .seconds(30)
        patience.lease = .seconds(20)
        patience.interval = .milliseconds(5)
        patience.retryDelay = .milliseconds(5)
        return patience
    }

    /// Lends a scene; it ends with what the server found wrong being handed to `judge`.
    package static func with<Result>(
        _ model: ClusterModel = .usual(), patience: ProxmoxPatience = Self.patience,
        _ body: (ProxmoxScene) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: "/tmp", prefix: "proxmox-images") { images in
            try await ProxmoxStandIn.with(model) { server in
                let talk = Transcript()
                let scene = ProxmoxScene(
                    server: server, client: try client(of: server, patience: patience, talk: talk), talk: talk,
                    images: images)
                return try await body(scene)
            }
        }
    }

    /// A client that knows the server by its authority.
    package static func client(
        of server: ProxmoxStandIn, patience: ProxmoxPatience = Self.patience, talk: Transcript = Transcript()
    ) throws -> ProxmoxClient {
        try client(of: server, .authorities(try server.caFile.readBytes()), patience: patience, talk: talk)
    }

    /// A client that knows the server by a rule.
    package static func client(
        of server: ProxmoxStandIn, _ rule: ProxmoxTrust.Rule, at endpoint: String? = nil,
        patience: ProxmoxPatience = Self.patience, talk: Transcript = Transcript()
    ) throws -> ProxmoxClient {
        let account = server.account
        guard let endpoint = ProxmoxEndpoint(parsing: endpoint ?? server.endpoint),
            let token = ProxmoxToken(Secret("\(account.tokenID)=\(account.secret.reveal())"))
        else { throw SceneError() }
        return ProxmoxClient(
            endpoint: endpoint, token: token, trust: try ProxmoxTrust(rule), patience: patience,
            report: { talk.say($0) })
    }

    /// A plan for a template `web`.
    package func plan(
        nodes: [String]? = nil, storage: String = "local-lvm", importStorage: String = "local"
    ) throws -> TemplatePlan {
        try TemplatePlan(name: "web", nodes: nodes, storage: storage, importStorage: importStorage, bridge: "vmbr0")
    }

    /// Deploys a version of the image by a plan.
    ///
    /// - Parameter other: Whom it is done through; nil for the scene's own client.
    @discardableResult
    package func deploy(
        _ version: Int, _ plan: TemplatePlan? = nil, through other: ProxmoxClient? = nil
    ) async throws -> [DeployedTemplate] {
        let plan = try plan ?? self.plan()
        return try await withImage(version) { image in
            try await TemplateDeployment(of: image, by: plan, through: other ?? client).run()
        }
    }

    /// The release of version `v1.VERSION.0`.
    package func release(_ version: Int) async throws -> ProxmoxRelease {
        try await withImage(version) { $0.release }
    }

    /// Lends the image of version `v1.VERSION.0`.
    package func withImage<Result>(_ version: Int, _ body: (ImageSource) async throws -> Result) async throws -> Result
    {
        let path = images.appending("v\(version).qcow2")
        if !path.exists {
            try await Program.run(
                "qemu-img", ["create", "-q", "-f", "qcow2", path.string, "\(version + 1)M"], deadline: .seconds(30))
        }
        let bytes = try path.readBytes()
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        defer { try? file.close() }
        let release = ProxmoxRelease(
            template: "golden-web", version: "v1.\(version).0", digest: Digest.of("release \(version)"),
            image: Digest.of(bytes))
        return try await body(
            ImageSource(
                release: release, suffix: "qcow2", virtualSize: .mebibytes(Int64(version) + 1),
                way: .upload(file, size: Int64(bytes.count))))
    }

    /// The templates with the name `web`, by node.
    package func currentTemplates() async -> [MachineState] {
        await server.machines().filter { $0.isTemplate && $0.name == "web" }
    }

    /// What is left that neither people use nor others own: uploads, and machines that are no template.
    package func leftovers(besidesLocked: Bool = false) async -> [String] {
        let uploads = await server.volumes().map(\.id).filter { $0.contains("import/imagefactory-web.") }
        return uploads + (await machines(besidesLocked: besidesLocked)).map { "\($0.vmid) \($0.name)" }
    }

    /// The machines of ours that are no templates.
    package func machines(besidesLocked: Bool = false) async -> [MachineState] {
        await server.machines().filter {
            !$0.isTemplate && $0.description.contains("kept by imagefactory") && !(besidesLocked && $0.lock != nil)
        }
    }
}

/// A scene that cannot be set.
package struct SceneError: Error {
    /// One.
    package init() {}
}
