import Testing

@testable import Stages

struct HostToolTests {
    @Test(arguments: [
        ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)", "7.2.22"),
        ("guestfish 1.48.6", "1.48.6"),
        ("xorriso 1.5.4 : RockRidge filesystem manipulator, libburnia project.", "1.5.4"),
        ("mformat (GNU mtools) 4.0.33", "4.0.33"),
        ("tar (GNU tar) 1.34", "1.34"),
    ])
    func findsTheVersionInWhatAProgramSays(text: String, version: String) {
        #expect(ToolVersion(in: text)?.description == version)
    }

    @Test func comparesVersionsByTheirNumbers() {
        #expect(ToolVersion(in: "x 1.9") ?? "0.0" < "1.10")
        #expect(!(ToolVersion(in: "x 10.0") ?? "0.0" < "9.2"))
        #expect(!(ToolVersion(in: "x 7.2.1") ?? "0.0" < "7.2"))
    }

    @Test func asksForALaterVersionOfAnOldProgram() throws {
        let tool = try #require(HostTool.all.first { $0.name == "qemu-img" })
        #expect(
            tool.shortfall(of: "qemu-img version 5.2.0 (Debian 1:5.2)")
                == "qemu-img 7.2 or later (package qemu-utils; this is 5.2.0)")
        #expect(tool.shortfall(of: "qemu-img version 8.0.2") == nil)
    }

    @Test func takesAProgramThatTellsNoVersionAsItIs() throws {
        #expect(HostTool.all[0].shortfall(of: "something of one's own") == nil)
    }

    @Test func namesTheMissingProgramAndItsPackage() async {
        let tool = HostTool(name: "no-such-program", package: "nothing", oldest: "1.0")
        #expect(await tool.shortfall() == "no-such-program (package nothing)")
    }

    @Test func findsAllToolsOfAPreparedHost() async {
        #expect(await HostFacts.toolShortfalls() == [])
    }
}
