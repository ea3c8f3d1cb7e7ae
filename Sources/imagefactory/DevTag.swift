internal import HostSystem
internal import Promotion
internal import SystemPackage

/// The tag that puts a release into `dev` when it was built, where there is a ledger to put it into.
struct DevTag {
    let ledger: TagWritingOptions
    let global: GlobalOptions

    /// Places a release, and says what came of it. Without git, or outside of a checkout, nothing happens.
    ///
    /// - Returns: The tag that has it in `dev`; nil for a release that is not tagged.
    /// - Throws: ``DevTagError``; the release stays as it is.
    @discardableResult
    func place(_ release: FilePath, template: String) async throws -> TagName? {
        do {
            let place = try await LedgerPlace(global)
            let series = try place.series(named: template).series
            let desk = try await ledger.desk(place, global)
            switch try await PlaceInDev(at: desk, series: series, release: release).run() {
            case .placed(let tag):
                Talk.say("\(template): \(tag.name) puts it into dev")
                return tag.name
            case .present(let tag):
                Talk.say("\(template): \(tag.name) has put it into dev before")
                return tag.name
            case .skipped(let reason):
                Talk.say("\(template): not tagged for dev: \(TerminalText.plain(reason))")
                return nil
            }
        } catch let error as RepositoryError where error.isAbsent {
            return nil
        } catch ProgramError.notFound {
            return nil
        } catch let error as CancellationError {
            throw error
        } catch {
            throw DevTagError(release: release, cause: error)
        }
    }
}

/// A release that was built and not tagged.
struct DevTagError: Error, CustomStringConvertible {
    /// The release.
    let release: FilePath
    /// Why it was not tagged.
    let cause: any Error

    var description: String {
        """
        the release is complete in \(release), but was not tagged for dev: \(cause)
        the same command tries the tag again, and --no-tag leaves it out
        """
    }
}
