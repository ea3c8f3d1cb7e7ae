import HostSystem
import Libvirt
import Testing

/// libvirt's own test driver: a hypervisor that runs nothing, with a domain named `test`.
private let testDriver = "test:///default"

struct ConnectionTests {
    @Test func findsADomainByName() async throws {
        let connection = try await Connection.open(testDriver)
        let domain = try #require(await connection.domain(named: "test"))
        #expect(try await domain.isActive())
        #expect(try await domain.xml().contains("<name>test</name>"))
    }

    @Test func reportsAMissingDomainAsNil() async throws {
        let connection = try await Connection.open(testDriver)
        #expect(try await connection.domain(named: "nobody") == nil)
    }

    @Test func namesTheURIItCannotOpen() async throws {
        let error = await #expect(throws: LibvirtError.self) { try await Connection.open("nonsense:///x") }
        #expect(error?.description.contains("nonsense:///x") == true)
    }

    @Test func deliversLifecycleEventsWithinASecond() async throws {
        let connection = try await Connection.open(testDriver)
        let xml = "<domain type='test'><name>event-probe</name><memory>1024</memory><os><type>hvm</type></os></domain>"
        let events = connection.events(of: "event-probe")
        let domain = try await connection.create(xml: xml, name: "event-probe", paused: false)
        let clock = ContinuousClock()
        let destroyed = clock.now
        try await domain.destroy()
        let stop: DomainEvent.StopReason? = try await withDeadline(.seconds(5), for: "the stop event") {
            for await event in events {
                if case .stopped(let reason) = event { return reason }
            }
            return nil
        }
        #expect(stop == .destroyed)
        #expect(try #require(connection.stop(of: "event-probe")) > destroyed)
        #expect(connection.stop(of: "test") == nil)
        #expect(clock.now - destroyed < .seconds(3))
    }

    @Test func doesNotMixTheEventsOfTwoDomains() async throws {
        let connection = try await Connection.open(testDriver)
        let mine = connection.events(of: "mine")
        for name in ["other", "mine"] {
            let xml = "<domain type='test'><name>\(name)</name><memory>1024</memory><os><type>hvm</type></os></domain>"
            try await connection.create(xml: xml, name: name, paused: false).destroy()
        }
        let first = try await withDeadline(.seconds(5), for: "an event of mine") {
            var count = 0
            for await event in mine {
                count += 1
                if case .stopped = event { break }
            }
            return count
        }
        #expect(first <= 3)
    }

    @Test func destroysADomainThatIsGoneWithoutAnError() async throws {
        let connection = try await Connection.open(testDriver)
        let xml = "<domain type='test'><name>twice</name><memory>1024</memory><os><type>hvm</type></os></domain>"
        let domain = try await connection.create(xml: xml, name: "twice", paused: false)
        try await domain.destroy()
        try await domain.destroy()
    }
}
