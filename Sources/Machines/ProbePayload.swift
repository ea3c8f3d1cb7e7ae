/// The tiny guest of ``AcceleratorProbe``: a 64 KiB firmware that works, leaves the guest often, and switches off.
///
/// ```
/// 0xF0000  work:  20 million rounds of a loop, then 2000 writes to port 0x80, each of which leaves the guest
///                 then a reset by the keyboard controller, which ends QEMU under -no-reboot
/// 0xFFFF0  reset vector: jump to work
/// ```
enum ProbePayload {
    static let size = 64 << 10

    static var firmware: [UInt8] {
        var image = [UInt8](repeating: 0xF4, count: size)
        image.replaceSubrange(0..<work.count, with: work)
        image.replaceSubrange(size - 16..<size - 16 + resetVector.count, with: resetVector)
        return image
    }

    /// 16-bit code at offset 0 of the segment 0xF000.
    private static let work: [UInt8] = [
        0xFA,  // cli
        0x66, 0xB9, 0x00, 0x2D, 0x31, 0x01,  // mov ecx, 20_000_000
        0x66, 0x49,  // again: dec ecx
        0x75, 0xFC,  // jnz again
        0xB9, 0xD0, 0x07,  // mov cx, 2000
        0xE6, 0x80,  // leave: out 0x80, al
        0xE2, 0xFC,  // loop leave
        0xB0, 0xFE,  // mov al, 0xFE
        0xE6, 0x64,  // out 0x64, al: pulse the reset line
        0xF4,  // hlt
        0xEB, 0xFD,  // jmp to the hlt
    ]

    /// A far jump to F000:0000.
    private static let resetVector: [UInt8] = [0xEA, 0x00, 0x00, 0x00, 0xF0]
}
