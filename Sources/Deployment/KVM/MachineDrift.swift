package import FoundationXML
internal import HostSystem
internal import Libvirt

/// How a domain's definition differs from what its record says that it is; somebody changed it by hand.
package enum MachineDrift {
    /// The differences, each as a fragment for people: `memory is 1 GiB and not 512 MiB`.
    package static func differences(of definition: XMLElement, from record: MachineRecord) -> [String] {
        let shape = record.edition.shape
        var found: [String] = []
        func compare(_ what: String, _ actual: String?, _ wanted: String) {
            guard actual != wanted else { return }
            found.append("\(what) is \(actual ?? "missing") and not \(wanted)")
        }
        compare("memory", memory(definition).map { "\($0)" }, "\(shape.memory)")
        compare("the number of processors", definition.first("vcpu")?.stringValue, "\(shape.cpus)")
        let disks = definition.first("devices")?.elements(forName: "disk") ?? []
        let main = disks.first { $0.first("target")?.value("dev") == "vda" }
        let source = main?.first("source")
        if let device = record.device {
            compare("the disk's device", source?.value("dev"), device)
        } else {
            compare("the disk's volume", source?.value("volume"), record.disk)
        }
        for (index, volume) in record.dataVolumes.enumerated() {
            let device = DeployedDomain.dataDevice(index)
            let disk = disks.first { $0.first("target")?.value("dev") == device }
            compare("the data disk \(device)", disk?.first("source")?.value("volume"), volume)
        }
        let card = definition.first("devices/interface")?.first("source")
        let network = card?.value("network") ?? card?.value("bridge").map { "bridge:\($0)" }
        compare("the network", network ?? "none", shape.network ?? "none")
        return found
    }

    private static func memory(_ definition: XMLElement) -> ByteCount? {
        guard let element = definition.first("memory"), let count = element.stringValue.flatMap(Int64.init) else {
            return nil
        }
        let units: [String: Int64] = ["b": 1, "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        return units[element.value("unit") ?? "KiB"].map { ByteCount(count * $0) }
    }
}
