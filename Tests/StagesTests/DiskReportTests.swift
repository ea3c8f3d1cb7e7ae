import Pipeline
import Testing

@testable import Stages

struct DiskReportTests {
    private static let good = """
        table\tgpt
        backup\tok
        volume\tpartition 1\t33554432\tvfat\tesp
        checked\tfsck.fat -n
        reclaimed\t33021440
        volume\tpartition 2\t100663296\txfs\t
        unchecked\tlibguestfs has no xfs_repair on this host
        reclaimed\t88550400
        volume\tpartition 3\t1048576\tzfs_member\trpool
        kept\tlibguestfs cannot open a ZFS pool

        """

    @Test func readsWhatWasFound() throws {
        let report = try DiskReport(parsing: Self.good + "end\n")
        #expect(report.table == "gpt")
        #expect(report.volumes.map(\.kind) == ["vfat", "xfs", "zfs_member"])
        #expect(report.volumes.map(\.name) == ["esp", nil, "rpool"])
        #expect(report.volumes.map(\.checkedBy) == ["fsck.fat -n", nil, nil])
        #expect(report.volumes.map(\.cleared) == [33_021_440, 88_550_400, nil])
        try report.refuseDamage()
        #expect(
            report.remarks == [
                "partition 2 (xfs) is not checked: libguestfs has no xfs_repair on this host",
                "the free space of partition 3 'rpool' (zfs_member) stays as it is: libguestfs cannot open a ZFS pool",
            ])
    }

    @Test(arguments: [
        (
            "backup\tdamaged\tCaution: invalid backup GPT header", "partition-table-damaged",
            "the partition table of the sealed disk is damaged; sgdisk -v says: Caution: invalid backup GPT header"
        ),
        (
            "volume\tpartition 4\t512\text4\troot\ndamaged\te2fsck -f -n\tRoot inode is not a directory.",
            "file-system-damaged",
            "partition 4 'root' (ext4) on the sealed disk is damaged or was not unmounted; "
                + "e2fsck -f -n says: Root inode is not a directory."
        ),
    ])
    func refusesDamage(lines: String, cause: String, description: String) throws {
        let report = try DiskReport(parsing: Self.good + lines + "\nend\n")
        let error = #expect(throws: DiskDamageError.self) { try report.refuseDamage() }
        #expect(error?.causeName == cause)
        #expect(error?.description == description)
    }

    @Test(arguments: [
        (good, "did not come to its end"), ("", "did not come to its end"),
        ("checked\tx\nend", "none of its words"), ("volume\ta\tmany\tb\tc\nend", "none of its words"),
        (good + "oops\nend", "'oops', which is none of its words"), ("end\ntable\tgpt", "did not come to its end"),
    ])
    func refusesWhatTheScriptCannotHaveSaid(text: String, reason: String) {
        let error = #expect(throws: OfflineLookError.self) { try DiskReport(parsing: text) }
        #expect(error?.reason.contains(reason) == true)
    }
}
