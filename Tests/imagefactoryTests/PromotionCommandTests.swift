import AttestationTestSupport
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

/// Promotion as people do it, in clones of one repository, with the program itself.
@Suite(.timeLimit(.minutes(10)))
struct PromotionCommandTests {
    private static let policy = """
        staging:
          evidence: [provenance]
          gates: [{ name: trial, run: test -e ../trial-passes }]
        prod:
          evidence: [provenance]
          approvals: 1
          approvers: [ada@example.org, bob@example.org]
          promoters: [ada@example.org]
        """

    @Test func tellsTheStoryOfTwoPeopleAndAThirdWhoMayNot() async throws {
        try await SharedRepository.with(policy: Self.policy) { shared in
            let (ada, bob) = (try await shared.clone("ada"), try await shared.clone("bob"))
            let mallory = try await shared.clone("mallory")
            func run(_ clone: Clone, _ words: String...) async throws -> FactoryRun {
                try await FactoryRun(words, in: clone.folder, state: shared.root.appending("state"))
            }
            func refuse(_ words: [String]) async throws {
                let run = try await FactoryRun(words, in: mallory.folder, state: shared.root.appending("state"))
                #expect(run.status == 65, "\(words): \(run.talk)")
                #expect(run.talk.contains("does not name the key that Mallory"), "\(run.talk)")
            }
            try await refuse(["release", "web", "v1.0.0"])
            for version in ["v1.0.0", "v1.1.0"] {
                let asked = try await run(ada, "release", "web", version)
                #expect(asked.status == 0 && asked.output == "golden/\(version)\n", "\(asked.talk)")
                let commit = try await ada.git(["rev-parse", "HEAD"])
                try await ada.placeInDev(try shared.build(version, commit: commit).folder)
                try await refuse(["promote", "web", version, "--to", "staging"])
                let failed = try await run(ada, "promote", "web", version, "--to", "staging")
                #expect(failed.status == 1 && failed.talk.contains("the gate 'trial' did not let"), "\(failed.talk)")
                try shared.root.appending("trial-passes").write([])
                #expect(try await run(ada, "promote", "web", version, "--to", "staging").status == 0)
                try shared.root.appending("trial-passes").remove()

                let missing = try await run(ada, "promote", "golden", version, "--to", "prod", "--explain")
                #expect(missing.status == 1 && missing.output.contains("missing  approvals"), "\(missing.output)")
                try await refuse(["approve", "web", version, "--for", "prod"])
                #expect(try await run(bob, "approve", "web", version, "--for", "prod").status == 0)
                let notBob = try await run(bob, "promote", "web", version, "--to", "prod")
                #expect(notBob.status == 1 && notBob.talk.contains("bob@example.org may not"), "\(notBob.talk)")
                let ready = try await run(ada, "promote", "web", version, "--to", "prod", "--explain")
                #expect(ready.status == 0, "\(ready.output)")
                #expect(try await run(ada, "promote", "web", version, "--to", "prod").status == 0)
            }
            try await refuse(["rollback", "web", "--channel", "prod", "--reason", "mine"])
            let back = try await run(ada, "rollback", "web", "--channel", "prod", "--reason", "it was slow")
            #expect(back.status == 0 && back.output == "golden/v1.0.0-prod.2\n", "\(back.talk)")
            try await refuse(["revoke", "web", "v1.1.0", "--reason", "mine"])
            let revoked = try await run(bob, "revoke", "web", "v1.1.0", "--reason", "a hole")
            #expect(revoked.status == 0 && revoked.output == "golden/v1.1.0-revoked\n", "\(revoked.talk)")
            #expect(revoked.talk.contains("staging of golden still holds v1.1.0"))
            let told = try await story(in: shared)
            #expect(Set(told).symmetricDifference(Self.story).sorted() == [])
        }
    }

    /// What git alone tells, to somebody who has only it: who signed what, and why.
    private func story(in shared: SharedRepository) async throws -> [String] {
        let auditor = try await shared.clone("ada", as: "auditor")
        var lines: [String] = []
        for tag in try await auditor.tags() {
            // What was signed, as 'git tag -v' prints it once it has found the signature good.
            let said = try await auditor.git(["tag", "--verify", tag]).split(separator: "\n").map(String.init)
            let tagger = said.first { $0.hasPrefix("tagger ") }?.split(separator: " ")[1] ?? ""
            var facts = ["\(tagger): \(said[4])"]
            for key in ["Channel: ", "Version: ", "Rolls-Back: ", "Reason: "] {
                facts.append(said.first { $0.hasPrefix(key) }.map { String($0.dropFirst(key.count)) } ?? "")
            }
            lines.append(facts.joined(separator: "|"))
        }
        return lines.sorted()
    }

    private static let story = [
        "Ada: Build web v1.0.0||v1.0.0||", "Ada: Build web v1.1.0||v1.1.0||",
        "Ada: Put web v1.0.0 into dev|dev|v1.0.0||", "Ada: Put web v1.0.0 into prod|prod|v1.0.0||",
        "Ada: Put web v1.0.0 into staging|staging|v1.0.0||", "Ada: Put web v1.1.0 into dev|dev|v1.1.0||",
        "Ada: Put web v1.1.0 into prod|prod|v1.1.0||", "Ada: Put web v1.1.0 into staging|staging|v1.1.0||",
        "Ada: Roll prod back to web v1.0.0|prod|v1.0.0|golden/v1.1.0-prod|it was slow",
        "Bob: Approve web v1.0.0 for prod|prod|v1.0.0||", "Bob: Approve web v1.1.0 for prod|prod|v1.1.0||",
        "Bob: Revoke web v1.1.0||v1.1.0||a hole",
    ]

    /// Killed while the remote thinks about the push, while it writes, and before it is asked.
    @Test(arguments: ["pre-receive", "post-receive", "gate"])
    func goesOnAfterItWasKilled(_ moment: String) async throws {
        let gate = "gates: [{ name: trial, run: 'touch ../started; test -e ../go || sleep 30' }]"
        let policy = "staging: { evidence: [provenance], \(moment == "gate" ? gate : "gates: []") }\n"
        try await SharedRepository.with(policy: policy) { shared in
            let ada = try await shared.clone("ada")
            for version in ["v1.0.0", "v1.1.0"] { try await shared.place(version, by: ada) }
            let (started, go) = (shared.root.appending("started"), shared.root.appending("go"))
            let hook = shared.remote.pushing("hooks").appending(moment)
            if moment != "gate" {
                try hook.write(
                    "#!/bin/sh\ncat >/dev/null\ntouch \(started)\nwhile ! test -e \(go); do sleep 0.1; done\n".utf8,
                    mode: [.ownerReadWriteExecute])
            }
            // The shell dies with the program, and what the program started goes on, as after a kill by the kernel.
            let script = "\"$@\" & echo $! >../pid; wait $!; exit 0"
            async let killed: Void = {
                try await Program.run(
                    "/bin/sh",
                    ["-c", script, "sh", FactoryRun.program.string, "promote", "web", "v1.0.0", "--to", "staging"],
                    environment: ["IMAGEFACTORY_STATE": shared.root.appending("state").string], in: ada.folder,
                    deadline: .seconds(120))
            }()
            _ = try await poll(every: .milliseconds(20), deadline: .seconds(100), for: "the push") {
                started.exists ? true : nil
            }
            let pid = try #require(
                Int32(try shared.root.appending("pid").readText().trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(pid, SIGKILL) == 0)
            try await killed
            try go.write([])
            for version in ["v1.0.0", "v1.1.0"] {
                // Whatever the killed push still does, it is in or out, and the same command ends with it in.
                let run = try await poll(every: .milliseconds(200), deadline: .seconds(120), for: "\(version)") {
                    let run = try await FactoryRun(
                        ["promote", "web", version, "--to", "staging"], in: ada.folder,
                        state: shared.root.appending("state"))
                    return run.status == 75 ? nil : run
                }
                #expect(run.status == 0, "\(run.talk)")
            }
            let check = try await FactoryRun(
                ["channels", "verify"], in: ada.folder, state: shared.root.appending("state"))
            #expect(check.status == 0, "\(check.output) \(check.talk)")
        }
    }

    /// The remote holds the first push back until another one is through.
    @Test func saysWhoWasFasterAndMayBeTriedAgain() async throws {
        try await SharedRepository.with { shared in
            let (ada, bob) = (try await shared.clone("ada"), try await shared.clone("bob"))
            for version in ["v1.0.0", "v1.1.0"] { try await shared.place(version, by: ada) }
            let (turn, held, go) = (
                shared.root.appending("turn"), shared.root.appending("held"), shared.root.appending("go")
            )
            try turn.createFolder()
            try shared.remote.pushing("hooks/pre-receive").write(
                """
                #!/bin/sh
                cat >/dev/null
                rmdir \(turn) 2>/dev/null || exit 0
                touch \(held)
                while ! test -e \(go); do sleep 0.1; done

                """.utf8, mode: [.ownerReadWriteExecute])
            func promote(_ version: String, _ clone: Clone) async throws -> FactoryRun {
                try await FactoryRun(
                    ["promote", "web", version, "--to", "staging"], in: clone.folder,
                    state: shared.root.appending("state"))
            }
            async let slow = promote("v1.0.0", ada)
            _ = try await poll(every: .milliseconds(20), deadline: .seconds(60), for: "the push") {
                held.exists ? true : nil
            }
            let fast = try await promote("v1.1.0", bob)
            #expect(fast.status == 0, "\(fast.talk)")
            try go.write([])
            let lost = try await slow
            #expect(lost.status == 75, "\(lost.talk)")
            #expect(lost.talk.contains("someone else promoted v1.1.0 to staging meanwhile"), "\(lost.talk)")
            #expect(try await promote("v1.0.0", ada).status == 0)
        }
    }

    @Test func takesACompleteReleaseAndNoBrokenOne() async throws {
        try await ReleaseFixture.with { release in
            try await SharedRepository.with(policy: "# nothing is said, so all the usual evidence is asked for\n{}\n") {
                shared in
                let ada = try await shared.clone("ada")
                try await ada.commit(["trust/release.pub": release.key.publicKey.pem])
                try await ada.git(["push", "--quiet", "origin", "HEAD:main"])
                try await Program.run(
                    "cp", ["-r", release.root.appending("output").string, ada.folder.string], deadline: .seconds(60))
                try await ada.placeInDev(ada.folder.pushing("output/web/v1.2.0"))
                func promote(_ words: String...) async throws -> FactoryRun {
                    try await FactoryRun(
                        ["promote", "web", "v1.2.0", "--to", "staging"] + words, in: ada.folder,
                        state: shared.root.appending("state"))
                }
                let report = ada.folder.pushing("output/web/v1.2.0/seal-report.json")
                let good = try report.readBytes()
                try report.write(good + [32])
                let tampered = try await promote()
                #expect(tampered.status == 65, "\(tampered.talk)")
                #expect(tampered.talk.contains("seal-report.json"))
                try report.remove()
                #expect(try await promote().status == 65)
                try report.write(good)
                let run = try await promote("--format", "json")
                #expect(run.status == 0, "\(run.talk)")
                #expect(run.output.contains("\"tag\" : \"golden/v1.2.0-staging\""))

                try report.remove()
                func say(_ words: String...) async throws -> String {
                    try await FactoryRun(words, in: ada.folder, state: shared.root.appending("state")).output
                }
                _ = try await say("promote", "web", "v1.2.0", "--to", "prod", "--unverified")
                #expect(try await say("log", "web").contains("put v1.2.0 into prod, without a look at its evidence"))
                let channels = try await say("channels", "web").split(separator: "\n")
                #expect(channels.filter { $0.contains("UNVERIFIED") }.map { $0.contains(" prod ") } == [true])
            }
        }
    }

    @Test(arguments: [
        (["promote", "web", "1.0", "--to", "prod"], "not a version"),
        (["promote", "web", "v1.0.0", "--to", "production"], "--to"),
        (["promote", "wbe", "v1.0.0", "--to", "prod"], "did you mean 'web'?"),
        (["rollback", "web", "--channel", "prod"], "--reason"),
        (["revoke", "web", "v1.0.0", "--reason", "a\nb"], "one line"),
        (["approve", "web", "v1.0.0", "--for", "dev"], "builds put releases there"),
        (["promote", "web", "v1.0.0", "--to", "prod", "--remote", "nowhere"], "no remote 'nowhere'"),
    ])
    func refusesWhatCannotBeMeant(_ words: [String], _ reason: String) async throws {
        try await SharedRepository.with { shared in
            let ada = try await shared.clone("ada")
            let run = try await FactoryRun(words, in: ada.folder, state: shared.root.appending("state"))
            #expect(run.status == 64, "\(run.talk)")
            #expect(run.talk.contains(reason), "\(run.talk)")
        }
    }
}
