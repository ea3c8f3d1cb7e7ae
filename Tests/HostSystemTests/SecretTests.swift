import HostSystem
import Testing

struct SecretTests {
    private struct Holder {
        let password = Secret("hunter2")
    }

    @Test func printsNothingOfItselfInAnyWay() {
        var dumped = ""
        dump(Holder(), to: &dumped)
        for text in ["\(Secret("hunter2"))", String(reflecting: Secret("hunter2")), "\(Holder())", dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("redacted"))
        }
    }

    @Test func givesItsTextWhenAskedByName() {
        #expect(Secret("hunter2").reveal() == "hunter2")
    }
}
