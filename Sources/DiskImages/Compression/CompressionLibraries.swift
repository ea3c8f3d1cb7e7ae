internal import CDeflate
internal import CZlib
internal import CZstd

/// The libraries that shape the bytes of compressed units: another version may give others.
package enum CompressionLibraries {
    /// The versions, by name.
    package static var versions: [String: String] {
        [
            "libdeflate": LIBDEFLATE_VERSION_STRING,
            "zlib": String(cString: zlibVersion()),
            "libzstd": String(cString: ZSTD_versionString()),
        ]
    }
}
