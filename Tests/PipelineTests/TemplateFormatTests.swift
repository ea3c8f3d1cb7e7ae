import Testing

/// The formats that a template asks for.
struct TemplateFormatTests {
    @Test(arguments: [
        ("formats: [vdmk]", "7:11: 'vdmk' is not a format; did you mean 'vmdk'?"),
        ("formats: [vhdx1234]", "7:11: 'vhdx1234' is not a format; the formats are qcow2, vmdk, vhd, ova, raw"),
        ("formats: { qcov2: }", "7:12: 'qcov2' is not a format; did you mean 'qcow2'?"),
        ("formats: [ova, ova]", "7:16: the format 'ova' is there twice; leave one of them"),
        ("formats: { ova: , ova: }", "the key 'ova' is there twice; leave one of them"),
        ("formats: []", "7:10: there is no format to write; write 'formats: [qcow2]'"),
        ("formats: {}", "7:10: there is no format to write; write 'formats: [qcow2]'"),
        (
            "formats: vmdk",
            "7:10: 'formats' is 'vmdk', but must be a list or a mapping; write 'formats: [qcow2, vmdk]'"
        ),
        (
            "formats: { vmdk: { compression: zstd } }",
            "7:20: 'compression' is not an option of vmdk, but of qcow2; the options are level"
        ),
        ("formats: { raw: { layout: fixed } }", "7:19: 'layout' is not an option of raw, but of vhd; raw has none"),
        ("formats: { vhd: { layuot: fixed } }", "7:19: 'layuot' is not an option of vhd; did you mean 'layout'?"),
        (
            "formats: { vhd: { layout: sparse } }",
            "7:27: 'layout' is 'sparse', but must be one of fixed, dynamic"
        ),
        (
            "formats: { qcow2: { compression: lzma } }",
            "7:34: 'compression' is 'lzma', but must be one of zstd, zlib, none"
        ),
        ("formats: { qcow2: { level: 20 } }", "7:28: 'level' is '20', but must be a whole number from 1 to 19"),
        (
            "formats: { qcow2: { compression: zlib, level: 10 } }",
            "7:47: 'level' is '10', but must be a whole number from 1 to 9"
        ),
        (
            "formats: { qcow2: { compression: none, level: 1 } }",
            "7:47: without compression there is no level; remove it, or write 'compression: zstd'"
        ),
        ("formats: { vmdk: { level: 13 } }", "7:27: 'level' is '13', but must be a whole number from 1 to 12"),
        ("formats: { ova: { level: 0 } }", "7:26: 'level' is '0', but must be a whole number from 1 to 12"),
    ])
    func refusesFormatsThatAreNone(section: String, expected: String) throws {
        let found = try TemplateTests.problems(TemplateTests.good + section + "\n")
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }
}
