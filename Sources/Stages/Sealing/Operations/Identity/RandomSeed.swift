extension SealOperation {
    static let randomSeed = SealOperation(
        name: "random-seed", profile: .minimal, moment: .shutdown,
        summary: "the random seed that is saved when a system stops",
        reason: "Clones that start with one seed share what their first random numbers are made of.",
        script: #"""
            remove /var/lib/systemd/random-seed /var/lib/urandom/random-seed /var/lib/misc/random-seed \
                /var/lib/random-seed /etc/random-seed
            """#)
}
