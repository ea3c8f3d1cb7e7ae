internal import DiskImages
package import FoundationXML
package import HostSystem
internal import Libvirt

/// What libvirt keeps of a deployed machine, as an element in the domain's own definition; there is no other database.
///
/// ```xml
/// <if:machine xmlns:if="urn:imagefactory:machine:1" fleet="web" number="1" generation="3" state="healthy" mark="3fa9c2d1">
///   <image template="golden" version="v1.2.0" release="…" sha256="…" format="qcow2" length="…" virtual-size="…"/>
///   <shape cpus="2" memory="…" disk="…" network="default" pool="default" copy="overlay" executor="kvm"/>
///   <seed sha256="…"/>
///   <previous template="golden" version="v1.1.0" release="…"/>
/// </if:machine>
/// ```
package struct MachineRecord: Sendable, Hashable {
    /// The namespace by which our domains are told from all others.
    package static let namespace = "urn:imagefactory:machine:1"
    /// The name of our element in it.
    static let elementName = "machine"
    /// The prefix of the namespace.
    package static let prefix = "if"

    /// How far a machine has come.
    package enum State: String, Sendable, Hashable {
        /// Its volumes are being made, or removed.
        case incomplete
        /// Its volumes are there.
        case ready
        /// It has passed its gates since it was last started by us.
        case healthy
    }

    /// The fleet.
    package var fleet: String
    /// The machine's number in it, from 1.
    package var number: Int
    /// Which of the fleet's editions it is of, counted from 1.
    package var generation: Int
    /// How far it has come.
    package var state: State
    /// What it is.
    package var edition: MachineEdition
    /// The release that the fleet ran before; nil for one that ran no other, or went back from it, or where that is not
    /// known.
    package var previous: PreviousRelease?
    /// The edition that this fleet tried and went back from; it is not tried again by itself.
    package var refused: Digest?
    /// The part of its volumes' names that no others have.
    package var mark: String

    /// A record of a machine that is yet to be made.
    package init(fleet: String, number: Int, generation: Int, edition: MachineEdition) {
        self.fleet = fleet
        self.number = number
        self.generation = generation
        self.edition = edition
        state = .incomplete
        mark = String.randomHex(digits: 8)
    }

    /// The domain's name, which is the guest's host name too.
    package var name: String { "\(fleet)-\(number)" }
    /// The name of the volume that is its disk.
    package var disk: String { "\(name)-\(mark).qcow2" }
    /// The name of the volume that is its seed.
    package var seed: String { "\(name)-\(mark).iso" }

    /// The name and the mark of the machine of a fleet whose seed has this name; nil for what no seed of its is called.
    static func machine(ofSeed volume: String, in fleet: String) -> (name: String, mark: String)? {
        guard volume.hasPrefix("\(fleet)-"),
            let match = volume.dropFirst(fleet.utf8.count + 1).wholeMatch(of: /([1-9][0-9]*)-([0-9a-f]{8})\.iso/)
        else { return nil }
        return ("\(fleet)-\(match.1)", String(match.2))
    }

    /// The names that fleets can have.
    package static func isFleetName(_ name: String) -> Bool {
        name.wholeMatch(of: /[a-z][a-z0-9\-]{0,39}/) != nil && !name.hasSuffix("-")
    }

    /// The element as a domain's definition holds it.
    package var element: XMLElement {
        makeElement("\(Self.prefix):\(Self.elementName)", ["xmlns:\(Self.prefix)": Self.namespace])
    }

    /// The element as it is handed to libvirt alone, which gives it the namespace itself.
    package var bareElement: XMLElement { makeElement(Self.elementName, [:]) }

    private func makeElement(_ name: String, _ namespace: [String: String]) -> XMLElement {
        var attributes = [
            "fleet": fleet, "number": "\(number)",
            "generation": "\(generation)", "state": state.rawValue, "mark": mark,
        ]
        attributes["refused"] = refused?.hex
        return node(
            name, attributes.merging(namespace) { one, _ in one },
            children: [imageElement, shapeElement, node("seed", ["sha256": edition.seed.hex])]
                + (previous.map { [$0.element] } ?? []))
    }

    private var imageElement: XMLElement {
        let image = edition.image
        return node(
            "image",
            [
                "template": image.template, "version": image.version, "release": image.release.hex,
                "sha256": image.sha256.hex, "format": image.format.rawValue, "length": "\(image.length)",
                "virtual-size": "\(image.virtualSize)",
            ])
    }

    private var shapeElement: XMLElement {
        let shape = edition.shape
        var attributes = [
            "cpus": "\(shape.cpus)", "memory": "\(shape.memory.bytes)", "pool": shape.pool,
            "copy": shape.isFullCopy ? "full" : "overlay", "executor": shape.executor.rawValue,
        ]
        attributes["disk"] = shape.disk.map { "\($0.bytes)" }
        attributes["network"] = shape.network
        attributes["store"] = shape.store?.description
        if !shape.data.isEmpty {
            attributes["data"] = shape.data.map { "\($0.name):\($0.size.bytes)" }.joined(separator: ",")
        }
        return node("shape", attributes)
    }

    /// Reads an element; nil for one that is not whole, or that names what no machine of ours can have.
    package init?(_ element: XMLElement) {
        guard let fleet = element.value("fleet"), Self.isFleetName(fleet),
            let number = element.value("number").flatMap(Int.init), number > 0,
            let generation = element.value("generation").flatMap(Int.init),
            let state = element.value("state").flatMap(State.init),
            let mark = element.value("mark"), mark.wholeMatch(of: /[0-9a-f]{8}/) != nil,
            let image = element.child("image").flatMap(DeployedImage.init),
            let shape = element.child("shape").flatMap(MachineShape.init),
            let seed = element.child("seed")?.value("sha256").flatMap({ Digest(hex: $0) })
        else { return nil }
        self.fleet = fleet
        self.number = number
        self.generation = generation
        self.state = state
        self.mark = mark
        previous = element.child("previous").flatMap(PreviousRelease.init)
        refused = element.value("refused").flatMap { Digest(hex: $0) }
        edition = MachineEdition(image: image, shape: shape, seed: seed)
    }
}

extension DeployedImage {
    fileprivate init?(_ element: XMLElement) {
        guard let template = element.value("template"), let version = element.value("version"),
            let release = element.value("release").flatMap({ Digest(hex: $0) }),
            let sha256 = element.value("sha256").flatMap({ Digest(hex: $0) }),
            let format = element.value("format").flatMap(ImageFormat.init),
            let length = element.value("length").flatMap(Int64.init),
            let virtualSize = element.value("virtual-size").flatMap(Int64.init)
        else { return nil }
        self.init(
            template: template, version: version, release: release, sha256: sha256, format: format, length: length,
            virtualSize: virtualSize)
    }
}

extension MachineShape {
    fileprivate init?(_ element: XMLElement) {
        guard let cpus = element.value("cpus").flatMap(Int.init),
            let memory = element.value("memory").flatMap(Int64.init), let pool = element.value("pool"),
            let copy = element.value("copy"), let executor = element.value("executor").flatMap(Executor.init)
        else { return nil }
        let store = element.value("store").flatMap(ZFSPlace.init)
        guard element.value("store") == nil || store != nil else { return nil }
        let texts = element.value("data")?.split(separator: ",").map(String.init) ?? []
        let data = texts.compactMap(DataDisk.init)
        guard data.count == texts.count, data.count <= DataDisk.limit else { return nil }
        self.init(
            cpus: cpus, memory: ByteCount(memory),
            disk: element.value("disk").flatMap(Int64.init).map { ByteCount($0) },
            network: element.value("network"), pool: pool, store: store, data: data, isFullCopy: copy == "full",
            executor: executor)
    }
}

extension XMLElement {
    /// The first element in this one of a name, whatever its prefix: libvirt gives our elements ours or none.
    fileprivate func child(_ name: String) -> XMLElement? {
        (children ?? []).lazy.compactMap { $0 as? XMLElement }.first { $0.localName == name }
    }
}
