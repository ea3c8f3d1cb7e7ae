internal import COpenSSL

/// What every use of OpenSSL's keys needs.
///
/// Its errors stay in a queue of the calling thread until somebody takes them, and would then be taken for another call's:
/// so whoever calls it ends with ``forgetErrors()``.
enum OpenSSL {
    /// Empties the queue of errors.
    static func forgetErrors() {
        ERR_clear_error()
    }

    /// An error that names the newest reason in the queue.
    static func refusal(to operation: String) -> KeyError {
        let reason = ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) }
        return .refused(operation: operation, reason: reason ?? "no reason is given")
    }

    /// The short name of an object's number: `rsaEncryption`.
    static func name(_ number: Int32) -> String {
        OBJ_nid2sn(number).map { String(cString: $0) } ?? "unknown"
    }

    /// What an `i2d` function writes: it gives the length if there is no place, and else moves the place on.
    static func bytes(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        let count = Int(encode(nil))
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var place = buffer.baseAddress
            filled = max(0, Int(encode(&place)))
        }
    }

    /// What a `d2i` function reads; it moves the place on, and may leave bytes over.
    static func object(
        _ bytes: [UInt8], _ decode: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
    ) -> OpaquePointer? {
        bytes.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            return decode(&place, buffer.count)
        }
    }
}
