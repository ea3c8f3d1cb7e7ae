import Testing

@testable import Attestation

struct PackageURLTests {
    private static let debian = OperatingSystem(
        id: "debian", versionID: "13", codename: "trixie", prettyName: "Debian 13", architecture: "amd64")
    private static let centos = OperatingSystem(
        id: "centos", versionID: "9", codename: nil, prettyName: "CentOS Stream 9", architecture: "x86_64")

    private func deb(_ name: String, _ version: String, source: String? = nil, _ sourceVersion: String? = nil) -> String
    {
        PackageURL(
            InstalledPackage(
                kind: .deb, name: name, version: version, architecture: "amd64", source: source,
                sourceVersion: sourceVersion), in: Self.debian
        ).text
    }

    private func rpm(_ name: String, _ version: String, source: String? = nil) -> String {
        PackageURL(
            InstalledPackage(kind: .rpm, name: name, version: version, architecture: "x86_64", source: source),
            in: Self.centos
        ).text
    }

    @Test func keepsDpkgsWholeVersion() {
        #expect(deb("curl", "8.14.1-2") == "pkg:deb/debian/curl@8.14.1-2?arch=amd64&distro=debian-13")
        #expect(
            deb("attr", "1:2.4.47-2+b1") == "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-13")
        #expect(deb("g++-14", "14.2~rc1-3") == "pkg:deb/debian/g%2B%2B-14@14.2~rc1-3?arch=amd64&distro=debian-13")
    }

    @Test func namesTheSourceThatIsAnother() {
        #expect(
            deb("libc6", "2.41-12", source: "glibc")
                == "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc")
        #expect(
            deb("linux-image", "6.12-1", source: "linux-signed", "6.12+1")
                == "pkg:deb/debian/linux-image@6.12-1?arch=amd64&distro=debian-13&upstream=linux-signed%406.12%2B1")
        #expect(deb("bash", "5.2-1+b3", source: "bash", "5.2-1").hasSuffix("&upstream=bash%405.2-1"))
    }

    @Test func partsAnEpochFromAnRPMsVersion() {
        #expect(
            rpm("NetworkManager", "1:1.52.0-3.el9", source: "NetworkManager-1.52.0-3.el9.src.rpm")
                == "pkg:rpm/centos/NetworkManager@1.52.0-3.el9?arch=x86_64&distro=centos-9&epoch=1"
                + "&upstream=NetworkManager-1.52.0-3.el9.src.rpm")
        #expect(rpm("gcc-c++", "11.5.0^2-5") == "pkg:rpm/centos/gcc-c%2B%2B@11.5.0%5E2-5?arch=x86_64&distro=centos-9")
    }

    @Test func encodesWhatMeansSomethingElseInAnAddress() {
        #expect(deb("a%b", "1/2?3#4@5&6=7 8").hasPrefix("pkg:deb/debian/a%25b@1%2F2%3F3%234%405%266%3D7%208?"))
        #expect(deb("ü", "1").hasPrefix("pkg:deb/debian/%C3%BC@1?"))
    }

    @Test func leavesOutAnEmptyArchitecture() {
        let key = InstalledPackage(kind: .rpm, name: "gpg-pubkey", version: "8483c65d-5ccc5b19", architecture: "")
        #expect(PackageURL(key, in: Self.centos).text == "pkg:rpm/centos/gpg-pubkey@8483c65d-5ccc5b19?distro=centos-9")
    }

    @Test(arguments: [("13", "trixie", "debian-13"), (nil, "trixie", "debian-trixie"), (nil, nil, "debian")])
    func namesTheDistribution(versionID: String?, codename: String?, distro: String) {
        let system = OperatingSystem(
            id: "debian", versionID: versionID, codename: codename, prettyName: "Debian", architecture: "amd64")
        let package = InstalledPackage(kind: .deb, name: "a", version: "1", architecture: "all")
        #expect(PackageURL(package, in: system).text == "pkg:deb/debian/a@1?arch=all&distro=\(distro)")
    }
}
