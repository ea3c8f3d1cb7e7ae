/// A lab template with one thing changed.
struct LabTemplate {
    var name: String
    var answersBy = "seed-disk"
    var answers: [String] = []
    var bootArguments: [String] = []
    var deadlines = "{ stall: 3min }"
    var iso = "{ lab: debian13 }"
    var disk = "8GiB"
    var provision: [String] = []
    var tests: [String] = []

    var text: String {
        """
        image: \(name)
        summary: a lab system with one thing changed
        iso: \(iso)
        machine: { cpus: 2, memory: 2GiB, disk: \(disk), network: none }
        boot: { arguments: [\(bootArguments.joined(separator: ", "))] }
        deadlines: \(deadlines)
        shared: [\(answersBy == "cmdline" ? "" : "lean-answers")]
        answers-by: \(answersBy)
        answers:
          KLDLOAD_DISTRO: debian
          KLDLOAD_HOSTNAME: lab
        \(answers.map { "  \($0)\n" }.joined())
        \(list("provision", provision))
        \(list("tests", tests))
        formats: [qcow2]
        """
    }

    private func list(_ key: String, _ items: [String]) -> String {
        items.isEmpty ? "" : "\(key):\n" + items.map { "  - \($0)\n" }.joined()
    }
}
