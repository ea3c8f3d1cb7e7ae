import Machines

extension Verdict {
    /// Why the machine failed; nil for any other verdict.
    var failure: MachineFailure? {
        if case .failed(let failure) = self { return failure }
        return nil
    }

    /// Whether the machine got where it should.
    var isDone: Bool {
        if case .done = self { return true }
        return false
    }

    /// What people are told; nil for no news and for an end.
    var news: String? {
        if case .progress(let news) = self { return news }
        return nil
    }

    /// Whether the machine goes on.
    var isProgress: Bool {
        if case .progress = self { return true }
        return false
    }
}
