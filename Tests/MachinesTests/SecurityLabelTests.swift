import Testing

@testable import Machines

struct SecurityLabelTests {
    @Test(arguments: [[], ["none"], ["none", "dac"], ["apparmor", "dac"]])
    func hasALabelForEachDriverOfTheHost(drivers: [String]) throws {
        let user = try #require(QEMUUser.current())
        let models = drivers.map { "<secmodel><model>\($0)</model><doi>0</doi></secmodel>" }.joined()
        let labels = try SecurityLabel.all(in: "<capabilities><host>\(models)</host></capabilities>", for: user)
        #expect(labels.map(\.driver) == drivers)
        #expect(labels.compactMap(\.account) == (drivers.contains("dac") ? [user.label] : []))
    }
}
