import HostSystem
import Testing

struct ByteCountTests {
    @Test(arguments: [
        ("40GiB", 42_949_672_960), ("512 MiB", 536_870_912), ("4096", 4096), ("7B", 7), ("1KiB", 1024),
    ])
    func readsSizesWithBinaryUnits(text: String, bytes: Int64) throws {
        #expect(try ByteCount(parsing: text).bytes == bytes)
    }

    @Test(arguments: ["", "GiB", "4GB", "-1GiB", "1.5GiB", "9999999999TiB", "4 gib", "٣GiB"])
    func refusesWhatIsNoSize(text: String) {
        #expect(throws: ByteCountError.self) { try ByteCount(parsing: text) }
    }

    @Test(arguments: [
        (1_610_612_736, "1.5 GiB"), (4_294_967_296, "4 GiB"), (512, "512 B"), (.max, "8388607.9 TiB"),
        (1023 << 10, "1023 KiB"),
    ])
    func printsTheLargestReadableUnit(bytes: Int64, text: String) {
        #expect(ByteCount(bytes).description == text)
    }
}
