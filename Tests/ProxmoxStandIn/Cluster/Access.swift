/// Works out what an account may do.
struct Access: Sendable {
    let account: AccountModel
    /// The pool of each machine that has one.
    let pools: [Int: String]

    /// The privileges that take effect at a path, each with whether it holds below it too.
    func privileges(at path: String) -> [String: Bool] {
        let users = Self.granted(account.grants, at: path, pools: pools)
        guard let tokenGrants = account.tokenGrants else { return users }
        let tokens = Self.granted(tokenGrants, at: path, pools: pools)
        return users.filter { tokens[$0.key] != nil }.reduce(into: [:]) { result, pair in
            result[pair.key] = pair.value && tokens[pair.key] == true
        }
    }

    /// Whether it has all, or any, of some privileges at a path.
    func has(_ privileges: [String], at path: String, any: Bool = false) -> Bool {
        let granted = self.privileges(at: path)
        return any ? privileges.contains { granted[$0] != nil } : privileges.allSatisfy { granted[$0] != nil }
    }

    /// The paths at which something is granted.
    var paths: Set<String> { Set((account.grants + (account.tokenGrants ?? [])).map(\.path)) }

    /// A grant at a path takes the place of those above it.
    private static func granted(_ grants: [GrantModel], at path: String, pools: [Int: String]) -> [String: Bool] {
        var result: [String: Bool] = [:]
        var prefix = ""
        let parts = path.split(separator: "/")
        for depth in 0...parts.count {
            if depth > 0 { prefix += "/\(parts[depth - 1])" }
            let here = grants.filter {
                $0.path == (prefix.isEmpty ? "/" : prefix) && ($0.propagates || depth == parts.count)
            }
            if !here.isEmpty {
                result = here.reduce(into: [:]) { result, grant in
                    for privilege in grant.privileges { result[privilege] = grant.propagates }
                }
            }
        }
        if parts.count == 2, parts[0] == "vms", let vmid = Int(parts[1]), let pool = pools[vmid] {
            result.merge(granted(grants, at: "/pool/\(pool)", pools: [:])) { own, _ in own }
        }
        return result
    }
}

extension Access {
    /// Holds a call to the vendor's expression for who may make it, such as
    /// `["and", ["perm", "/vms/{vmid}", ["VM.Clone"]], …]`.
    func check(_ expression: JSON, of call: Call, release: ClusterModel.Release) throws(APIError) {
        guard let parts = expression.list, let kind = parts.first?.text else { return }
        switch kind {
        case "perm":
            try checkPermission(parts, of: call, release: release)
        case "and":
            for part in parts.dropFirst() { try check(part, of: call, release: release) }
        case "or":
            var refusal: APIError?
            for part in parts.dropFirst() {
                do {
                    return try check(part, of: call, release: release)
                } catch {
                    refusal = refusal ?? error
                }
            }
            if let refusal { throw refusal }
        default:
            throw .died("the stand-in knows no permission check '\(kind)'")
        }
    }

    private func checkPermission(
        _ parts: [JSON], of call: Call, release: ClusterModel.Release
    ) throws(APIError) {
        var path = parts[1].text ?? "/"
        var privileges = parts[2].list?.compactMap(\.text) ?? []
        var needsAny = false
        for index in stride(from: 3, to: parts.count - 1, by: 2) {
            switch parts[index].text {
            case "any": needsAny = parts[index + 1].isTrue
            case "require_param":
                if let name = parts[index + 1].text, call.text(name) == nil { throw .forbidden(path, privileges) }
            default: throw .died("the stand-in knows no permission option '\(parts[index])'")
            }
        }
        for match in path.matches(of: /\{([a-z]+)\}/).reversed() {
            path.replaceSubrange(match.range, with: call.text(String(match.1)) ?? "")
        }
        // From 9 on, an agent's calls have rights of their own.
        if release.major >= 9, privileges == ["VM.Monitor"] {
            let isExecution = call.exchange.method.path.contains("/agent/exec")
            privileges = ["VM.GuestAgent.Unrestricted"] + (isExecution ? [] : ["VM.GuestAgent.Audit"])
            needsAny = true
        }
        guard has(privileges, at: path, any: needsAny) else { throw .forbidden(path, privileges) }
    }
}
