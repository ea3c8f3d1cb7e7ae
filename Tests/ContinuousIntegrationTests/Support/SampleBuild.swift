import HostSystem
import Pipeline

/// The events of builds.
enum SampleBuild {
    private static let key = StageKey(Digest.of("x"))
    private static let host = RunHost(name: "kvm-1", kernel: "6.1.0", cores: 2, memory: 8 << 30)

    /// A build that was done: its reports overlap.
    static let good = events(
        "golden-debian13",
        .stageCached(stage: "install-system", key: key, made: [:]),
        .stageSkipped(stage: "fetch-iso", key: key),
        .stageStarted(stage: "provision", key: key),
        .stageProgress(stage: "provision", message: "booting the installed system"),
        .stageProgress(stage: "provision", message: "::set-output name=version::v6.6.6\n##[endgroup]\u{1B}[2J"),
        .stageFinished(stage: "provision", key: key, seconds: 28.2, made: [:], accelerator: "kvm"),
        .stageStarted(stage: "prove-seal", key: key),
        .stageStarted(stage: "convert-image", key: key),
        .stageProgress(stage: "convert-image", message: "50% of 8 GiB"),
        .stageProgress(stage: "prove-seal", message: "test 1/1 no failed units"),
        .stageFinished(
            stage: "convert-image", key: key, seconds: 61, made: ["image.qcow2": Digest.of("y")], accelerator: nil),
        .stageFinished(stage: "prove-seal", key: key, seconds: 70, made: [:], accelerator: nil),
        .runFinished(
            outcome: .done, seconds: 99.5,
            release: PublishedRelease(path: "/srv/output/golden-debian13/v1.2.0", digest: Digest.of("z"))))

    /// A build that failed, with what a guest said.
    static let failed = events(
        "golden-debian13",
        .stageCached(stage: "install-system", key: key, made: [:]),
        .stageSkipped(stage: "fetch-iso", key: key),
        .stageStarted(stage: "provision", key: key),
        .stageFailed(
            stage: "provision", seconds: 3,
            failure: StageFailure(
                message: "the guest's disk is full [guest-disk-full]\n  > ]]> 100%,used: ::error::x | <b>@ada</b> `id`",
                cause: "guest-disk-full", evidence: ["100%"], advice: "give it a larger disk")),
        .runFinished(outcome: .failed, seconds: 4, release: nil))

    /// A build of two stages, one of which failed and yet published, that is called and says what it likes.
    static func hostile(template: String, path: String, message: String) -> [RunEvent] {
        let kinds: [RunEvent.Kind] = [
            .runStarted(stages: ["seal", "publish-release"], origin: origin),
            .stageStarted(stage: "seal", key: nil), .stageProgress(stage: "seal", message: message),
            .stageFailed(
                stage: "seal", seconds: 1, failure: StageFailure(message: message, cause: path, evidence: [message])),
            .runFinished(
                outcome: .failed, seconds: 2, release: PublishedRelease(path: path, digest: Digest.of(message))),
        ]
        return kinds.map { RunEvent(time: "2026-11-26T08:00:00.000Z", run: "r", template: template, kind: $0) }
    }

    private static var origin: RunOrigin {
        RunOrigin(version: "0.1.0", process: 1, folder: "/var/lib/imagefactory/runs/1", host: host)
    }

    private static func events(_ template: String, _ kinds: RunEvent.Kind...) -> [RunEvent] {
        let stages = ["fetch-iso", "install-system", "provision", "prove-seal", "convert-image"]
        return ([.runStarted(stages: stages, origin: origin)] + kinds).enumerated().map { second, kind in
            RunEvent(
                time: "2026-11-26T08:00:\(second < 10 ? "0" : "")\(second).000Z", run: "20261126T080000Z-0000aa",
                template: template, kind: kind)
        }
    }
}
