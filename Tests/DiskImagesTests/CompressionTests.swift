import Testing

@testable import DiskImages

struct CompressionTests {
    @Test(arguments: [
        (UnitEncoding.defaultZstd, Decompressor.Method.zstd), (.defaultDeflate, .deflate), (.defaultZlib, .zlib),
    ])
    func givesBackWhatWasCompressed(encoding: UnitEncoding, method: Decompressor.Method) throws {
        var random = SystemRandomNumberGenerator()
        let unit = (0..<DiskGeometry.unit).map {
            $0 % 7 == 0 ? UInt8.random(in: 0...15, using: &random) : UInt8($0 & 63)
        }
        var packed = [UInt8](repeating: 0xEE, count: DiskGeometry.unit)
        let compressor = try #require(Compressor(encoding))
        let decompressor = Decompressor(method)
        for _ in 0..<3 {
            let count = try #require(
                packed.withUnsafeMutableBytes { target in unit.withUnsafeBytes { compressor.compress($0, into: target) }
                })
            #expect(count < unit.count)
            var plain = [UInt8](repeating: 0, count: unit.count)
            try plain.withUnsafeMutableBytes { target in
                try packed.withUnsafeBytes { try decompressor.decompress($0, into: target) }
            }
            #expect(plain == unit)
        }
    }

    @Test(arguments: [UnitEncoding.defaultZstd, .defaultDeflate, .defaultZlib])
    func saysThatNoiseDoesNotFit(encoding: UnitEncoding) throws {
        var random = SystemRandomNumberGenerator()
        let unit = (0..<DiskGeometry.unit).map { _ in UInt8.random(in: 0...255, using: &random) }
        var packed = [UInt8](repeating: 0, count: DiskGeometry.unit - 1)
        let compressor = try #require(Compressor(encoding))
        #expect(
            packed.withUnsafeMutableBytes { target in unit.withUnsafeBytes { compressor.compress($0, into: target) } }
                == nil)
    }

    @Test(arguments: [Decompressor.Method.zstd, .deflate, .zlib])
    func refusesNoise(method: Decompressor.Method) {
        let noise = [UInt8](repeating: 0xFF, count: 300)
        var plain = [UInt8](repeating: 0, count: DiskGeometry.unit)
        #expect(throws: Decompressor.Failure.self) {
            try plain.withUnsafeMutableBytes { target in
                try noise.withUnsafeBytes { try Decompressor(method).decompress($0, into: target) }
            }
        }
    }
}
