/// A request that has come whole, ready for work.
struct Exchange: Sendable {
    /// The number in the journal.
    let index: Int
    /// The node that it came to.
    let node: String
    /// The method that it is for.
    let method: VendorSchema.Method
    /// Its parameters, those in its path included.
    let parameters: [String: JSON]
    /// The value of its header `Authorization`.
    let authorization: String?
    /// What it uploaded.
    let upload: UploadedFile?
    /// What is to go wrong in the work itself.
    let fault: Fault?
}

/// An answer.
struct Answer: Sendable {
    let status: Int
    let reason: String
    let body: [UInt8]
    let contentType: String

    /// A success: `{"data": …}`.
    init(data: JSON, total: Int? = nil) {
        var fields: [String: JSON] = ["data": data]
        fields["total"] = total.map { .integer($0) }
        self.init(status: 200, reason: "OK", body: JSON.object(fields).bytes)
    }

    /// A refusal, with the message in the reason and in the body, as servers since 8.3 have it.
    init(_ error: APIError) {
        let line = error.message.split(separator: "\n").first.map(String.init) ?? error.message
        guard error.isFormatted else {
            self.init(status: error.status, reason: line, body: Array(error.body.utf8), contentType: "text/plain")
            return
        }
        var fields: [String: JSON] = ["data": .null, "message": .string(error.message + "\n")]
        if !error.errors.isEmpty { fields["errors"] = .object(error.errors.mapValues { .string($0) }) }
        self.init(status: error.status, reason: line, body: JSON.object(fields).bytes)
    }

    private init(status: Int, reason: String, body: [UInt8], contentType: String = "application/json;charset=UTF-8") {
        self.status = status
        self.reason = reason
        self.body = body
        self.contentType = contentType
    }
}

/// A refusal in a real server's words.
struct APIError: Error {
    let status: Int
    let message: String
    var errors: [String: String] = [:]
    /// Whether it comes out of the API's own code, which writes JSON; what refuses before that writes plain text or nothing.
    var isFormatted = true
    var body = ""
    /// What is violated by whoever brings it about; nil for what may happen to anybody.
    var violation: Violation.Kind?
    /// What is said of the violation, where the message says too little.
    var violationText: String?

    init(_ status: Int, _ message: String, errors: [String: String] = [:]) {
        self.status = status
        self.message = message
        self.errors = errors
    }

    /// What a real server's code ends with when it dies.
    static func died(_ message: String) -> APIError { APIError(500, message) }

    /// A refusal before the API's own code.
    static func early(_ status: Int, _ message: String, body: String = "") -> APIError {
        var error = APIError(status, message)
        error.isFormatted = false
        error.body = body
        return error
    }

    /// A refusal of what nobody should ask for.
    static func violating(_ kind: Violation.Kind, _ status: Int, _ message: String) -> APIError {
        var error = APIError(status, message)
        error.violation = kind
        return error
    }

    /// A right that is missing.
    static func forbidden(_ path: String, _ privileges: [String]) -> APIError {
        var error = APIError(403, "Permission check failed (\(path), \(privileges.joined(separator: "|")))")
        error.violation = .right
        return error
    }

    /// A parameter that is wrong in itself.
    static func parameter(_ name: String, _ message: String) -> APIError {
        APIError(400, "Parameter verification failed.", errors: [name: message])
    }
}
