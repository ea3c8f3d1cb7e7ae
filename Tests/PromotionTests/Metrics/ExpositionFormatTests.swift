import Attestation
import Foundation
import Testing

@testable import Promotion

@Suite struct ExpositionFormatTests {
    private static var families: [MetricFamily] {
        var counter = MetricFamily("a_things", .counter, help: "Things.")
        counter.add(3, [MetricFamily.Label("name", "a\\b\"c\nd")])
        counter.add(0, [MetricFamily.Label("name", "ü"), MetricFamily.Label("kind", "")])
        var info = MetricFamily("a_build", .info, help: "The build.")
        info.add(1, [MetricFamily.Label("version", "1.0.0")])
        var times = MetricFamily("a_wait_seconds", .histogram, unit: "seconds", help: "Waits.")
        let bounds = [TimeHistogram.Bound(seconds: 1, text: "1.0"), TimeHistogram.Bound(seconds: 5, text: "5.0")]
        times.add(TimeHistogram(of: [.seconds(1), .seconds(2), .seconds(9)], bounds: bounds), [])
        return [counter, info, times, MetricFamily("a_nothing", .gauge, help: "Nothing.")]
    }

    @Test func writesPrometheusText() {
        #expect(
            ExpositionFormat.prometheus.document(Self.families) == """
                # HELP a_things_total Things.
                # TYPE a_things_total counter
                a_things_total{name="a\\\\b\\"c\\nd"} 3
                a_things_total{name="ü",kind=""} 0
                # HELP a_build_info The build.
                # TYPE a_build_info gauge
                a_build_info{version="1.0.0"} 1
                # HELP a_wait_seconds Waits.
                # TYPE a_wait_seconds histogram
                a_wait_seconds_bucket{le="1.0"} 1
                a_wait_seconds_bucket{le="5.0"} 2
                a_wait_seconds_bucket{le="+Inf"} 3
                a_wait_seconds_sum 12
                a_wait_seconds_count 3

                """)
    }

    @Test func writesOpenMetrics() {
        #expect(
            ExpositionFormat.openMetrics.document(Self.families) == """
                # HELP a_things Things.
                # TYPE a_things counter
                a_things_total{name="a\\\\b\\"c\\nd"} 3
                a_things_total{name="ü",kind=""} 0
                # HELP a_build The build.
                # TYPE a_build info
                a_build_info{version="1.0.0"} 1
                # HELP a_wait_seconds Waits.
                # TYPE a_wait_seconds histogram
                # UNIT a_wait_seconds seconds
                a_wait_seconds_bucket{le="1.0"} 1
                a_wait_seconds_bucket{le="5.0"} 2
                a_wait_seconds_bucket{le="+Inf"} 3
                a_wait_seconds_sum 12
                a_wait_seconds_count 3
                # EOF

                """)
        #expect(ExpositionFormat.openMetrics.document([]) == "# EOF\n")
    }

    @Test(arguments: TimeHistogram.leadTimeBounds + TimeHistogram.recoveryBounds)
    func writesABoundAsTheNumberThatItIs(_ bound: TimeHistogram.Bound) {
        #expect(Double(bound.text) == Double(bound.seconds))
        #expect(bound.text.contains("."))
    }

    @Test func hasBoundsThatRise() {
        for bounds in [TimeHistogram.leadTimeBounds, TimeHistogram.recoveryBounds] {
            #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0.seconds < $1.seconds })
        }
    }

    @Test(arguments: [
        (nil, ExpositionFormat.prometheus), ("", .prometheus), ("*/*", .prometheus), ("text/plain", .prometheus),
        ("text/html,application/xhtml+xml,*/*;q=0.8", .prometheus),
        // As Prometheus 2.42 and 3 ask.
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3",
            .openMetrics
        ),
        ("application/openmetrics-text; version=\"1.0.0\"; charset=utf-8", .openMetrics),
        ("Application/OpenMetrics-Text", .openMetrics),
        ("application/openmetrics-text;version=0.0.1", .prometheus),
        ("application/openmetrics-text;version=2.0.0", .prometheus),
        ("application/openmetrics-text;q=0", .prometheus), ("application/openmetrics-text;q=nan", .prometheus),
        ("application/openmetrics-text;q=7", .prometheus), ("application/openmetrics-text;q=-1", .prometheus),
        ("application/openmetrics-text;q=0.4,text/plain;q=0.5", .prometheus),
        ("application/openmetrics-text;q=0.5,text/plain;q=0.5", .openMetrics),
        (",;,;;q=,application/openmetrics-text", .openMetrics),
        (String(repeating: "a", count: 4096) + ",application/openmetrics-text", .prometheus),
    ])
    func answersInTheFormatThatIsAskedFor(_ header: String?, _ format: ExpositionFormat) {
        #expect(ExpositionFormat(accepting: header) == format)
    }
}
