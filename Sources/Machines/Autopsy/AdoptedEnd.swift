internal import CPidfd
internal import Foundation
internal import Synchronization

/// Takes note of the end of a process that this one has adopted, as soon as it ends; see ``Adoption``. Of others' children it
/// learns nothing.
///
/// `@unchecked Sendable`: a dispatch source may be cancelled from any thread.
final class AdoptedEnd: @unchecked Sendable {
    private let end = Mutex<ProcessEnd?>(nil)
    private let source: any DispatchSourceRead

    /// Waits for the end of the process of a descriptor, which stays the caller's.
    init(of process: Int32) {
        let descriptor = dup(process)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
        source.setEventHandler { @Sendable [weak self] in self?.take(from: descriptor) }
        source.setCancelHandler { @Sendable in _ = close(descriptor) }
        source.resume()
    }

    deinit {
        source.cancel()
    }

    /// How it ended; nil if it lives, or if it is not ours.
    var known: ProcessEnd? { end.withLock { $0 } }

    private func take(from descriptor: Int32) {
        // It stays readable for ever.
        source.cancel()
        end.withLock { end in
            var status: Int32 = 0
            if imagefactory_pidfd_wait(descriptor, &status) == 0 { end = ProcessEnd(waitStatus: status) }
        }
    }
}
