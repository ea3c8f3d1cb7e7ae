internal import Foundation
internal import FoundationXML
internal import HostSystem

/// How a test in a guest went.
package struct TestOutcome: Sendable {
    /// What the test states.
    package let name: String
    /// What was wrong; nil if it passed.
    package let failure: String?
    /// How long it took.
    package let duration: Duration
    /// Why it says less than it could, although nothing was wrong; nil if it passed in full.
    package var remark: String?
}

/// Test results as JUnit XML, which CI systems read.
struct JUnitReport {
    static let fileName = "tests.junit.xml"

    let suite: String
    let outcomes: [TestOutcome]

    var xml: String {
        let root = XMLElement(name: "testsuites")
        let element = XMLElement(name: "testsuite")
        element.set("name", suite)
        element.set("tests", "\(outcomes.count)")
        element.set("failures", "\(outcomes.filter { $0.failure != nil }.count)")
        element.set("skipped", "\(outcomes.filter(\.isSkipped).count)")
        element.set("time", Self.seconds(outcomes.map(\.duration).reduce(.zero, +)))
        for outcome in outcomes {
            let test = XMLElement(name: "testcase")
            test.set("name", outcome.name)
            test.set("classname", suite)
            test.set("time", Self.seconds(outcome.duration))
            if let failure = outcome.failure {
                let child = XMLElement(name: "failure", stringValue: failure.printableInXML)
                child.set("message", failure)
                test.addChild(child)
            } else if let remark = outcome.remark {
                let child = XMLElement(name: "skipped")
                child.set("message", remark)
                test.addChild(child)
            }
            element.addChild(test)
        }
        root.addChild(element)
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.xmlString(options: .nodePrettyPrint) + "\n"
    }

    private static func seconds(_ duration: Duration) -> String {
        String(format: "%.3f", Double(duration.milliseconds) / 1000)
    }
}

extension TestOutcome {
    fileprivate var isSkipped: Bool { failure == nil && remark != nil }
}

extension XMLElement {
    fileprivate func set(_ name: String, _ value: String) {
        let attribute = XMLNode(kind: .attribute)
        attribute.name = name
        attribute.stringValue = value.printableInXML
        addAttribute(attribute)
    }
}
