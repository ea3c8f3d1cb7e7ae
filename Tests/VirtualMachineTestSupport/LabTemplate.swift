/// A lab template with one thing changed.
package struct LabTemplate: Sendable {
    /// Its name.
    package var name: String
    /// The way that the answers take.
    package var answersBy: String
    /// More answers, as lines of YAML.
    package var answers: [String]
    /// Words for the installer's kernel.
    package var bootArguments: [String]
    /// The deadlines, as YAML.
    package var deadlines: String
    /// The medium, as YAML.
    package var iso = "{ lab: debian13 }"
    /// The distribution that the answers ask for.
    package var distribution = "debian"
    /// What the medium is booted by.
    package var bootFrom = "kernel"
    /// Where its network card is plugged in.
    package var network = "none"
    /// Its pipeline.
    package var pipeline = "golden"
    /// The size of its disk.
    package var disk = "8GiB"
    /// Its provisioning steps, as YAML.
    package var provision: [String]
    /// Its tests, as YAML.
    package var tests: [String]
    /// What its seal is, as YAML.
    package var seal = "{}"
    /// What is proven of it, as YAML.
    package var proof = "{}"
    /// The formats of its image.
    package var formats = "qcow2"

    /// A template with something unusual.
    package init(
        name: String, answersBy: String = "seed-disk", answers: [String] = [], bootArguments: [String] = [],
        deadlines: String = "{ stall: 3min }", provision: [String] = [], tests: [String] = []
    ) {
        self.name = name
        self.answersBy = answersBy
        self.answers = answers
        self.bootArguments = bootArguments
        self.deadlines = deadlines
        self.provision = provision
        self.tests = tests
    }

    /// The template's YAML.
    package var text: String {
        """
        image: \(name)
        summary: a lab system with one thing changed
        pipeline: \(pipeline)
        iso: \(iso)
        machine: { cpus: 2, memory: 2GiB, disk: \(disk), network: "\(network)" }
        boot: { from: \(bootFrom), arguments: [\(bootArguments.joined(separator: ", "))] }
        deadlines: \(deadlines)
        shared: [\(answersBy == "cmdline" ? "" : "lean-answers")]
        answers-by: \(answersBy)
        answers:
          KLDLOAD_DISTRO: \(distribution)
          KLDLOAD_HOSTNAME: lab
        \(answers.map { "  \($0)\n" }.joined())
        \(list("provision", provision))
        seal: \(seal)
        \(list("tests", tests))
        proof: \(proof)
        formats: [\(formats)]
        """
    }

    private func list(_ key: String, _ items: [String]) -> String {
        items.isEmpty ? "" : "\(key):\n" + items.map { "  - \($0)\n" }.joined()
    }
}
