internal import ArgumentParser
internal import Deployment

extension ZFSPlace: ExpressibleByArgument {
    /// Reads `zfs:rpool/images` and `zfs:root@host:rpool/images`.
    init?(argument: String) {
        self.init(argument)
    }
}
