internal import HostSystem

/// What a machine of a fleet says of its place in it, beside what it says of its template.
///
/// ```
/// - Fleet: app
/// - Number: 2
/// - Series: 3
/// - State: healthy
/// - Edition: 64 digits
/// - Disk: 42949672960
/// - Copy: linked
/// - PreviousTemplate: web
/// - PreviousVersion: v1.1.0
/// - PreviousRelease: 64 digits
/// - Refused: 64 digits
/// ```
struct FleetPlace: Sendable, Equatable {
    /// How far a machine has come.
    enum State: String, Sendable {
        /// It is being made.
        case incomplete
        /// All of it is there.
        case ready
        /// It has passed its gates since it was last started by us.
        case healthy
    }

    /// The fleet.
    let fleet: String
    /// The machine's number in it, from 1.
    let number: Int
    /// Which of the fleet's editions it is of, counted from 1.
    let series: Int
    /// The fingerprint of its edition.
    let edition: Digest
    /// The size that its disk was grown to; nil for the template's.
    let disk: ByteCount?
    /// Whether its disk is its own.
    let isFull: Bool
    /// How far it has come.
    var state = State.incomplete
    /// The release that the fleet ran before.
    var previous: PreviousRelease?
    /// The edition that this fleet tried and went back from.
    var refused: Digest?

    init(fleet: String, number: Int, series: Int, edition: ProxmoxEdition) {
        self.fleet = fleet
        self.number = number
        self.series = series
        self.edition = edition.fingerprint
        disk = edition.shape.disk
        isFull = edition.shape.isFull
    }

    /// Reads the lines of a description; nil for a machine of no fleet.
    init?(_ lines: OwnLines) {
        guard let fleet = lines["Fleet"], let number = lines["Number"].flatMap(Int.init), number > 0,
            let series = lines["Series"].flatMap(Int.init), (1..<1_000_000).contains(series),
            let state = lines["State"].flatMap(State.init(rawValue:)),
            let edition = lines["Edition"].flatMap(Digest.init(hex:)), let copy = lines["Copy"]
        else { return nil }
        self.fleet = fleet
        self.number = number
        self.series = series
        self.edition = edition
        self.state = state
        disk = lines["Disk"].flatMap(Int64.init).map { ByteCount($0) }
        isFull = copy == "full"
        previous = PreviousRelease(lines)
        refused = lines["Refused"].flatMap(Digest.init(hex:))
    }

    /// The machine's name, which is the guest's host name too.
    var name: String { "\(fleet)-\(number)" }

    /// The lines.
    var lines: [(String, String)] {
        var lines = [
            ("Fleet", fleet), ("Number", "\(number)"), ("Series", "\(series)"), ("State", state.rawValue),
            ("Edition", edition.hex), ("Disk", disk.map { "\($0.bytes)" } ?? "-"), ("Copy", isFull ? "full" : "linked"),
        ]
        if let previous {
            lines += [
                ("PreviousTemplate", previous.template), ("PreviousVersion", previous.version),
                ("PreviousRelease", previous.release.hex),
            ]
        }
        if let refused { lines.append(("Refused", refused.hex)) }
        return lines
    }
}

extension PreviousRelease {
    /// The release of a template in a cluster.
    init(_ release: ProxmoxRelease) {
        self.init(template: release.template, version: release.version, release: release.digest)
    }

    /// What a machine of a new edition remembers, beside `machines` of its fleet.
    ///
    /// - Parameter refused: The edition that the fleet goes back from, which nobody wants to go back to.
    static func before(
        _ edition: ProxmoxEdition, in machines: [ProxmoxRecord], refusing refused: Digest?
    ) -> PreviousRelease? {
        let members = machines.compactMap { record in record.member.map { (place: $0, release: record.release) } }
        if let same = members.first(where: { $0.place.edition == edition.fingerprint }) { return same.place.previous }
        guard let newest = members.max(by: { $0.place.series < $1.place.series }), newest.place.edition != refused
        else { return nil }
        // The same release in another shape is no other release.
        return newest.release == edition.release ? newest.place.previous : PreviousRelease(newest.release)
    }

    fileprivate init?(_ lines: OwnLines) {
        guard let template = lines["PreviousTemplate"], let version = lines["PreviousVersion"],
            let release = lines["PreviousRelease"].flatMap(Digest.init(hex:))
        else { return nil }
        self.init(template: template, version: version, release: release)
    }
}
