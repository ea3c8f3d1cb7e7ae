package import Machines

extension Verdict {
    /// Why the machine failed; nil for any other verdict.
    package var failure: MachineFailure? {
        if case .failed(let failure) = self { return failure }
        return nil
    }

    /// Whether the machine got where it should.
    package var isDone: Bool {
        if case .done = self { return true }
        return false
    }

    /// What people are told; nil for no news and for an end.
    package var news: String? {
        if case .progress(let news) = self { return news }
        return nil
    }

    /// Whether the machine goes on.
    package var isProgress: Bool {
        if case .progress = self { return true }
        return false
    }
}
