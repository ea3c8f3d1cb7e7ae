internal import Foundation

/// A task's identifier: `UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:`, the numbers in hexadecimal digits.
struct TaskIdentifier: Sendable, Hashable, CustomStringConvertible {
    let node: String
    let pid: Int
    let pstart: Int
    let startTime: Int
    let type: String
    let id: String
    let user: String

    var description: String {
        "UPID:\(node):\(hex(pid)):\(hex(pstart)):\(hex(startTime)):\(type):\(id):\(user):"
    }

    private func hex(_ number: Int) -> String { String(format: "%08X", number) }
}
