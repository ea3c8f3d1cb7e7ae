import HostSystem
import Testing

@testable import Deployment

/// What machines tell of their fleet: which edition it goes back from, how many there are to be, what it was before.
struct FleetTraceTests {
    /// Where a fleet is.
    enum Place: CaseIterable {
        case host, cluster

        /// The fingerprint of an edition.
        func edition(_ version: String) -> Digest {
            guard self == .host else { return Samples.clusterEdition(version).fingerprint }
            var edition = Samples.record().edition
            edition.image = Samples.image(version)
            return edition.fingerprint
        }

        /// What a machine tells.
        func trace(
            _ version: String, _ generation: Int, refusing refused: String? = nil,
            _ state: MachineRecord.State = .healthy, drift: [String] = []
        ) -> FleetTrace {
            switch self {
            case .host:
                var record = Samples.record()
                record.edition.image = Samples.image(version)
                record.generation = generation
                record.refused = refused.map { edition($0) }
                record.state = state
                return FleetTrace(record, drift: drift)
            case .cluster:
                var member = FleetPlace(
                    fleet: "web", number: 1, series: generation, edition: Samples.clusterEdition(version))
                member.refused = refused.map { edition($0) }
                member.state = FleetPlace.State(rawValue: state.rawValue) ?? .incomplete
                return FleetTrace(member, drift: drift)
            }
        }
    }

    private static let drift = ["memory is 1 GiB and not 512 MiB"]

    @Test(arguments: Place.allCases)
    func aFleetGoesBackFromItsNewestMachines(_ place: Place) {
        let (old, new) = (place.trace("v1.0.0", 1), place.trace("v1.1.0", 2))
        #expect(FleetTrace.origin(of: []) == nil)
        #expect(FleetTrace.origin(of: [new, old]) == 0)
        #expect(FleetTrace.origin(of: [old, new]) == 1)
        #expect(FleetTrace.origin(of: [old, place.trace("v1.1.0", 2, .incomplete)]) == 0)
        #expect(FleetTrace.origin(of: [old, place.trace("v1.1.0", 2, drift: Self.drift)]) == 0)
        #expect(FleetTrace.origin(of: [place.trace("v1.1.0", 2, .incomplete)]) == 0, "there is no other")
    }

    @Test(arguments: Place.allCases)
    func aRollbackThatWasBrokenOffGoesOnBack(_ place: Place) {
        let made = place.trace("v1.0.0", 3, refusing: "v1.1.0")
        let left = place.trace("v1.1.0", 2, refusing: "v1.1.0")
        let half = place.trace("v1.1.0", 2, refusing: "v1.1.0", .incomplete)
        #expect(FleetTrace.origin(of: [made, left]) == 1)
        #expect(FleetTrace.origin(of: [made, half]) == 1)
        #expect(FleetTrace.origin(of: [half, made, left]) == 2, "one that is complete tells more")
        #expect(FleetTrace.origin(of: [made, made]) != nil, "once it is done, as in any other fleet")
    }

    @Test(arguments: Place.allCases)
    func aFleetThatIsHalfWayDoesNotTellHowManyAreWanted(_ place: Place) {
        let (old, new) = (place.trace("v1.0.0", 1), place.trace("v1.1.0", 2))
        #expect(FleetTrace.settledCount(of: [new, new, new]) == 3)
        #expect(FleetTrace.settledCount(of: [new, place.trace("v1.1.0", 2, .ready, drift: Self.drift)]) == 2)
        #expect(FleetTrace.settledCount(of: [old, new]) == nil)
        #expect(FleetTrace.settledCount(of: [new, place.trace("v1.1.0", 2, .incomplete)]) == nil)
        let left = place.trace("v1.1.0", 2, refusing: "v1.1.0")
        #expect(FleetTrace.settledCount(of: [left, left]) == nil, "one may have gone already")
        let made = place.trace("v1.0.0", 3, refusing: "v1.1.0")
        #expect(FleetTrace.settledCount(of: [made, made]) == 2)
    }

    @Test(arguments: Place.allCases)
    func aDeploymentThatFailsGoesBackToWhatWasHealthy(_ place: Place) {
        let (old, new) = (place.trace("v1.0.0", 1), place.trace("v1.1.0", 2, .ready))
        let wanted = place.edition("v1.2.0")
        #expect(FleetTrace.standing(of: [], besides: wanted) == nil)
        #expect(FleetTrace.standing(of: [old, new], besides: wanted) == 0)
        #expect(FleetTrace.standing(of: [old, new], besides: place.edition("v1.0.0")) == nil)
        let changed = place.trace("v1.1.0", 2, drift: Self.drift)
        #expect(FleetTrace.standing(of: [old, changed], besides: wanted) == 0)
    }
}
