internal import ArgumentParser
internal import Deployment

/// Options that say where in a cluster machines and templates go.
struct ProxmoxPlaceOptions: ParsableArguments {
    @Option(help: "A node, or several with commas between; or all (default: all).")
    var node = "all"

    @Option(help: "The zone of the cluster's software-defined network that the bridge is in.")
    var sdnZone = TemplatePlan.usualZone

    @Option(help: "The numbers that machines may get: 9000-9099 (default: what the cluster gives).")
    var vmidRange: NumberRange?

    @Option(help: "The pool that all of it belongs to.")
    var pool: String?

    func validate() throws {
        guard pool.map({ $0.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-\/]{0,127}/) != nil }) ?? true else {
            throw ValidationError("--pool is the name of a pool")
        }
        guard sdnZone.wholeMatch(of: /[A-Za-z][A-Za-z0-9]{0,63}/) != nil else {
            throw ValidationError("--sdn-zone is the name of a zone")
        }
    }

    /// The nodes; nil for all.
    var nodes: [String]? { node == "all" ? nil : node.split(separator: ",").map(String.init) }

    /// Has a plan be about this place.
    func apply(to plan: inout TemplatePlan) {
        plan.zone = sdnZone
        plan.vmids = vmidRange?.range
        plan.pool = pool
    }
}

/// Numbers of machines.
struct NumberRange: ExpressibleByArgument {
    /// The numbers.
    let range: ClosedRange<Int>

    init?(argument: String) {
        guard let match = argument.wholeMatch(of: /([0-9]{3,9})-([0-9]{3,9})/), let first = Int(match.1),
            let last = Int(match.2), first >= 100, first <= last, last - first < 100_000
        else { return nil }
        range = first...last
    }
}
