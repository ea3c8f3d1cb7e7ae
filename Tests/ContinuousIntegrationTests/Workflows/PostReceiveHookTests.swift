import HostSystem
import SystemPackage
import Testing

@testable import ContinuousIntegration

/// The server's `post-receive` hook, with a program in the place of imagefactory that notes how it was called.
@Suite(.timeLimit(.minutes(5)))
struct PostReceiveHookTests {
    @Test func startsABuildOfWhatWasPushedAndLetsThePusherGo() async throws {
        try await SampleServer.with { server in
            let gate = server.folder.appending("gate")
            let program = server.folder.appending("program")
            // It waits for the gate, so a push that waited for it would never end.
            try program.write(
                """
                #!/bin/bash
                until [ -e '\(gate)' ]; do sleep 0.05; done
                printf '%s\\n' "$*" "head $(git rev-parse HEAD)" "tag $(git cat-file -t "$7")" "git ${GIT_DIR-none}" \
                    "output $IMAGEFACTORY_OUTPUT"
                exit 65

                """.utf8, mode: .publicFolder)
            try await server.setting("imagefactory.program", program.string)
            let tag = try await server.push(tag: "golden/v1.2.0", signedBy: nil)
            let folder = server.folder.appending("imagefactory")
            let name = try #require(folder.appending("logs").folderEntries.first)
            #expect(name.wholeMatch(of: /[0-9]{8}T[0-9]{6}Z-golden_v1\.2\.0\.log/) != nil)
            try gate.write("".utf8)
            let log = folder.appending("logs/\(name)")
            let text = try await poll(every: .milliseconds(50), deadline: .seconds(60), for: "the end of the build") {
                let text = try log.readText()
                return text.contains("ended with") ? text : nil
            }
            let zeros = String(repeating: "0", count: 40)
            let junit = log.string.replacing(".log", with: ".junit.xml")
            #expect(
                text == """
                    ci run --hook --junit \(junit) -- refs/tags/golden/v1.2.0 \(zeros) \(tag)
                    head \(server.sample.commit)
                    tag tag
                    git none
                    output \(folder)/output
                    imagefactory: ended with 65

                    """)
            _ = try await poll(every: .milliseconds(50), deadline: .seconds(60), for: "the work folder to go") {
                folder.folderEntries.contains { $0.hasPrefix("work.") } ? nil : true
            }
        }
    }

    @Test func buildsNothingForOtherRefs() async throws {
        try await SampleServer.with { server in
            try await server.setting("imagefactory.program", "/bin/false")
            try await server.push(tag: "golden/v1.2.0-dev", signedBy: nil)
            try await server.sample.git("tag", "nightly")
            try await server.push("refs/tags/nightly")
            try await server.push(":refs/tags/nightly")
            #expect(!server.folder.appending("imagefactory").exists)
        }
    }

    @Test func makesNoCommandOfATagsName() async throws {
        try await SampleServer.with { server in
            // Which would refuse such a name.
            try server.folder.appending("hooks/update").remove()
            let program = server.folder.appending("program")
            try program.write("#!/bin/bash\nprintf '<%s>' \"$@\"\n".utf8, mode: .publicFolder)
            try await server.setting("imagefactory.program", program.string)
            let name = "golden/v1.2.0-$(touch${IFS}x);`id`&'\""
            try await server.push(tag: name, signedBy: nil)
            let logs = server.folder.appending("imagefactory/logs")
            let log = logs.appending(try #require(logs.folderEntries.first))
            let text = try await poll(every: .milliseconds(50), deadline: .seconds(60), for: "the end of the build") {
                let text = try log.readText()
                return text.contains("ended with") ? text : nil
            }
            #expect(text.contains("<refs/tags/\(name)>"))
            #expect(log.lastComponent?.string.contains("$") == false)
        }
    }
}
