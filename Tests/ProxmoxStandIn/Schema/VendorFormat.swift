/// The vendor's named formats, as far as their rules are simple.
///
/// A format that is not here is one whose checker needs more than the text, or that no request of ours has.
enum VendorFormat {
    /// What is wrong with a text; nil if nothing is, or if the format is not known here.
    static func complaint(about text: String, named name: String) -> String? {
        if name.hasSuffix("-list"), let item = items[String(name.dropLast("-list".count))] {
            let parts = text.split { ",; \0".contains($0) }.map(String.init)
            return parts.lazy.compactMap { complaint(about: $0, item) }.first
        }
        return items[name].flatMap { complaint(about: text, $0) }
    }

    private struct Rule: Sendable {
        let pattern: String
        let complaint: String
    }

    private static func complaint(about text: String, _ rule: Rule) -> String? {
        text.matches(wholly: rule.pattern) ? nil : "\(rule.complaint) '\(text)'"
    }

    private static let volume = "[a-zA-Z][a-zA-Z0-9_.-]*[a-zA-Z0-9]:.+"

    private static let label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    private static let address =
        "ip=(?:dhcp|[0-9.]+/[0-9]{1,2})|gw=[0-9.]+|ip6=(?:dhcp|auto|[0-9a-fA-F:.]+/[0-9]{1,3})|gw6=[0-9a-fA-F:.]+"

    private static let items: [String: Rule] = [
        "pve-node": Rule(
            pattern: "[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?", complaint: "value does not look like a valid node name"),
        "pve-vmid": Rule(pattern: "[1-9][0-9]{2,8}", complaint: "value does not look like a valid VM ID"),
        "pve-storage-id": Rule(
            pattern: "(?i)[a-z][a-z0-9\\-_.]*[a-z0-9]", complaint: "storage ID contains illegal characters"),
        "pve-poolid": Rule(
            pattern: "[A-Za-z0-9.\\-_]+(/[A-Za-z0-9.\\-_]+){0,2}",
            complaint: "value does not look like a valid pool name"),
        "pve-bridge-id": Rule(pattern: "[-_.\\w]+", complaint: "invalid bridge ID"),
        "pve-configid": Rule(pattern: "(?i)[a-z][a-z0-9_-]+", complaint: "invalid configuration ID"),
        "pve-volume-id": Rule(pattern: volume, complaint: "unable to parse volume ID"),
        "pve-volume-id-or-absolute-path": Rule(pattern: "/.+|" + volume, complaint: "unable to parse volume ID"),
        "pve-volume-id-or-qm-path": Rule(
            pattern: "none|cdrom|/dev/.+|" + volume, complaint: "unable to parse volume ID"),
        "pve-storage-content": Rule(
            pattern: "images|rootdir|vztmpl|iso|backup|snippets|import|none", complaint: "invalid content type"),
        "dns-name": Rule(
            pattern: "(?:\(label)\\.)*\(label)",
            complaint: "value does not look like a valid DNS name"),
        "mac-addr": Rule(
            pattern: "(?i)[0-9a-f][02468ace](:[0-9a-f]{2}){5}",
            complaint: "value does not look like a valid unicast MAC address"),
        "disk-size": Rule(pattern: "\\d+(\\.\\d+)?[KMGT]?", complaint: "value does not look like a valid disk size"),
        "urlencoded": Rule(pattern: "[-%a-zA-Z0-9_.!~*'()]*", complaint: "invalid urlencoded string:"),
        "pve-tag": Rule(pattern: "(?i)[a-z0-9_][a-z0-9_\\-+.]*", complaint: "invalid characters in tag"),
        "pve-qm-boot": Rule(
            pattern: "(?:legacy=)?[acdn]{1,4}|order=(?:[a-z]+[0-9]+(?:;[a-z]+[0-9]+)*)?",
            complaint: "invalid boot order"),
        "pve-qm-ipconfig": Rule(
            pattern: "(?:\(address))(?:,(?:\(address)))*", complaint: "invalid IP configuration"),
        "pve-vm-cpu-conf": Rule(
            pattern: "(?:cputype=)?[A-Za-z0-9._-]+(?:,[a-z-]+=[^,]+)*", complaint: "invalid CPU configuration"),
        "pve-qm-rng": Rule(
            pattern: "(?:source=)?/dev/(?:u?random|hwrng)(?:,(?:max_bytes|period)=[0-9]+)*",
            complaint: "invalid random number generator"),
        "address": Rule(pattern: "[0-9a-zA-Z.:-]+", complaint: "value is not a valid address"),
        "pem-certificate": Rule(
            pattern: "(?s)-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----\\s*", complaint: "no PEM certificate"),
    ]
}
