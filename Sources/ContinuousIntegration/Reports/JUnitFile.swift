internal import Foundation
internal import FoundationXML
internal import HostSystem
internal import Pipeline

/// The stages of a build, and the tests in the guest, as JUnit XML, which forges show.
package struct JUnitFile {
    private let record: BuildRecord
    private let tests: [UInt8]?

    /// The file of a build.
    ///
    /// - Parameter tests: The release's `tests.junit.xml`, whose suites are added; nil where there is none.
    package init(_ record: BuildRecord, tests: [UInt8]?) {
        self.record = record
        self.tests = tests
    }

    /// The file's text.
    ///
    /// - Throws: An error of the XML parser, if the release's tests are no XML.
    package func text() throws -> String {
        let root = XMLElement(name: "testsuites")
        root.addChild(stages)
        if let tests {
            // What it names outside of itself is not loaded.
            let document = try XMLDocument(data: Data(tests), options: [.nodeLoadExternalEntitiesNever])
            for suite in document.rootElement()?.elements(forName: "testsuite") ?? [] {
                suite.detach()
                root.addChild(suite)
            }
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.xmlString(options: .nodePrettyPrint) + "\n"
    }

    private var stages: XMLElement {
        let suite = XMLElement(name: "testsuite")
        suite.set("name", "\(record.template) \(record.version): stages")
        suite.set("tests", "\(record.stages.count)")
        suite.set("failures", "\(record.stages.count { $0.isFailed })")
        suite.set("skipped", "\(record.stages.count { $0.skipReason != nil })")
        suite.set("time", Self.seconds(record.seconds))
        for stage in record.stages {
            let test = XMLElement(name: "testcase")
            test.set("name", stage.name)
            test.set("classname", record.template)
            switch stage.outcome {
            case .done(let seconds):
                test.set("time", Self.seconds(seconds))
            case .failed(let seconds, let failure):
                test.set("time", Self.seconds(seconds))
                let child = XMLElement(name: "failure", stringValue: failure.message.printableInXML)
                child.set("message", String(failure.message.prefix { !$0.isNewline }))
                child.set("type", failure.cause ?? "failed")
                test.addChild(child)
            case .stored, .notNeeded, .unfinished:
                let child = XMLElement(name: "skipped")
                child.set("message", stage.skipReason ?? "")
                test.addChild(child)
            }
            suite.addChild(test)
        }
        return suite
    }

    private static func seconds(_ seconds: Double) -> String {
        String(format: "%.3f", seconds)
    }
}

extension BuildRecord.Stage {
    fileprivate var isFailed: Bool {
        if case .failed = outcome { true } else { false }
    }

    fileprivate var skipReason: String? {
        switch outcome {
        case .stored: "its result was stored"
        case .notNeeded: "nothing needed it"
        case .unfinished: "the build ended before it"
        case .done, .failed: nil
        }
    }
}

extension XMLElement {
    fileprivate func set(_ name: String, _ value: String) {
        let attribute = XMLNode(kind: .attribute)
        attribute.name = name
        attribute.stringValue = value.printableInXML
        addAttribute(attribute)
    }
}
