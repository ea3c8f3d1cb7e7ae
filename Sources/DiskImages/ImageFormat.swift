/// A format of image file; its raw value is the file's extension and the word in templates and on the command line.
package enum ImageFormat: String, Sendable, Codable, CaseIterable {
    case qcow2, vmdk, vhd, ova, raw
}
