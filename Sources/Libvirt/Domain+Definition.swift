internal import CLibvirt
internal import Glibc
internal import HostSystem

extension Domain {
    /// Starts the domain; one that runs already is no error.
    package func start() async throws {
        try await offloaded { [self] _ in
            guard virDomainIsActive(pointer) != 1 else { return }
            try check(virDomainCreateWithFlags(pointer, 0), "start the domain \(name)")
        }
    }

    /// Forgets the domain's definition; a domain that is already gone is no error.
    ///
    /// - Parameter hasVariables: Whether the variables of its firmware go with it; a driver without firmware refuses that.
    package func undefine(hasVariables: Bool = true) async throws {
        try await offloaded { [self] _ in
            do {
                var flags = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE.rawValue
                if hasVariables { flags |= VIR_DOMAIN_UNDEFINE_NVRAM.rawValue }
                try check(virDomainUndefineFlags(pointer, UInt32(flags)), "undefine the domain \(name)")
            } catch let error as LibvirtError where error.code == .noDomain {}
        }
    }

    /// The domain's definition as it will be when it is started again, without secrets.
    package func definition() async throws -> String {
        try await offloaded { [self] _ in
            let text = try check(
                virDomainGetXMLDesc(pointer, UInt32(VIR_DOMAIN_XML_INACTIVE.rawValue)), "describe the domain \(name)")
            defer { free(text) }
            return String(cString: text)
        }
    }

    /// The same for a caller that may block; nil for a domain that is gone.
    func definitionIfAny() throws(LibvirtError) -> String? {
        do {
            let text = try check(
                virDomainGetXMLDesc(pointer, UInt32(VIR_DOMAIN_XML_INACTIVE.rawValue)), "describe the domain \(name)")
            defer { free(text) }
            return String(cString: text)
        } catch  where error.code == .noDomain {
            return nil
        }
    }

    /// The element that somebody left in the domain's definition under a namespace; nil where nobody did, or where the
    /// domain is gone.
    package func metadata(namespace: String) async throws -> String? {
        try await offloaded { [self] _ in
            do {
                let text = try check(
                    virDomainGetMetadata(
                        pointer, CInt(VIR_DOMAIN_METADATA_ELEMENT.rawValue), namespace,
                        UInt32(VIR_DOMAIN_AFFECT_CONFIG.rawValue)),
                    "read the metadata of the domain \(name)")
                defer { free(text) }
                return String(cString: text)
            } catch let error as LibvirtError where [.noDomainMetadata, .noDomain].contains(error.code) {
                return nil
            }
        }
    }

    /// Replaces the element under a namespace, in the definition and, while the domain runs, in what runs.
    package func setMetadata(_ element: String, prefix: String, namespace: String) async throws {
        try await offloaded { [self] _ in
            var flags = VIR_DOMAIN_AFFECT_CONFIG.rawValue
            if virDomainIsActive(pointer) == 1 { flags |= VIR_DOMAIN_AFFECT_LIVE.rawValue }
            try check(
                virDomainSetMetadata(
                    pointer, CInt(VIR_DOMAIN_METADATA_ELEMENT.rawValue), element, prefix, namespace, UInt32(flags)),
                "write the metadata of the domain \(name)")
        }
    }
}
