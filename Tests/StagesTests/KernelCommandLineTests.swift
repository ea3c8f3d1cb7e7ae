import Testing

@testable import Stages

struct KernelCommandLineTests {
    @Test func takesTheFirstEntryOfGRUB() {
        let text = """
            set default="0"
            menuentry 'Debian' {
            \tlinux\t/boot/vmlinuz-6.12 root=UUID=1 ro  quiet
            \tinitrd\t/boot/initrd.img-6.12
            }
            menuentry 'old' { linux /boot/vmlinuz-6.1 root=UUID=1 }
            """
        #expect(KernelCommandLine().grub(text) == "root=UUID=1 ro quiet")
        #expect(KernelCommandLine().grub("menuentry x {\n linux /vmlinuz\n}") == nil)
        #expect(KernelCommandLine().grub("blscfg\n") == nil)
    }

    @Test func takesTheNewestBootLoaderEntryAndFillsInWhatGRUBKeeps() {
        var finder = KernelCommandLine()
        finder.readEnvironment("# GRUB Environment Block\nkernelopts=root=/dev/vg/root ro\nsaved_entry=x\n####")
        let folder = "/boot/loader/entries/0123-"
        let line = finder.bootEntry([
            ("\(folder)0-rescue.conf", "options rescue\n"),
            ("\(folder)5.14.0-99.el9.x86_64.conf", "title old\noptions old\n"),
            ("\(folder)5.14.0-503.el9.x86_64.conf", "title new\noptions $kernelopts quiet $tuned_params\n"),
        ])
        #expect(line == "root=/dev/vg/root ro quiet")
        #expect(finder.bootEntry([]) == nil)
    }

    @Test(arguments: [
        ("/boot/vmlinuz-6.12.94+deb13-amd64", "6.12.94+deb13-amd64"), ("/boot/vmlinuz", nil), ("/boot/vmlinuz-", nil),
        ("/usr/lib/modules/5.14.0-503.el9.x86_64/vmlinuz", "5.14.0-503.el9.x86_64"),
        ("/usr/lib/modules/5.14/kernel/vmlinuz", nil), ("/home/boot/vmlinuz-6", nil),
    ])
    func findsTheVersionInAKernelsPath(path: String, version: String?) {
        #expect(BootFiles.kernelVersion(path) == version)
    }

    @Test(arguments: [
        ("intel-microcode", true), ("microcode_ctl", true), ("firmware-linux-free", true),
        ("iwlwifi-mvm-firmware", true),
        ("linux-firmware-whence", true), ("fwupd", false), ("linux-image-amd64", false),
    ])
    func knowsFirmware(package: String, isFirmware: Bool) {
        #expect(BootFiles.isFirmware(package) == isFirmware)
    }
}
