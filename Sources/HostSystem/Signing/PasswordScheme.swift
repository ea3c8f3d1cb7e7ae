internal import COpenSSL

/// How an encrypted key is made from its passphrase, looked at before any work is done for it.
///
/// The key itself says how much work its passphrase costs; a damaged or hostile one could ask for years.
enum PasswordScheme {
    /// The most rounds of PBKDF2: some seconds.
    private static let maximumRounds: Int64 = 10_000_000
    /// The most blocks that scrypt may mix; OpenSSL itself bounds its memory.
    private static let maximumMixing: Int64 = 1 << 22

    /// Refuses an encrypted key (`X509_SIG`) that is not of PBES2, or that asks for too much.
    static func check(_ shell: OpaquePointer) throws(KeyError) {
        var algorithm: UnsafePointer<X509_ALGOR>?
        X509_SIG_get0(shell, &algorithm, nil)
        guard let scheme = algorithm?.pointee else { throw .damaged }
        guard number(of: scheme) == NID_pbes2 else { throw .unsupportedEncryption(OpenSSL.name(number(of: scheme))) }
        guard
            let parameters = ASN1_TYPE_unpack_sequence(PBE2PARAM_it(), scheme.parameter)?
                .assumingMemoryBound(to: PBE2PARAM.self)
        else { throw .damaged }
        defer { PBE2PARAM_free(parameters) }
        guard let derivation = parameters.pointee.keyfunc?.pointee else { throw .damaged }
        switch number(of: derivation) {
        case NID_id_pbkdf2: try checkRounds(of: derivation)
        case NID_id_scrypt: try checkMixing(of: derivation)
        case let other: throw .unsupportedEncryption(OpenSSL.name(other))
        }
    }

    private static func checkRounds(of derivation: X509_ALGOR) throws(KeyError) {
        guard
            let parameters = ASN1_TYPE_unpack_sequence(PBKDF2PARAM_it(), derivation.parameter)?
                .assumingMemoryBound(to: PBKDF2PARAM.self)
        else { throw .damaged }
        defer { PBKDF2PARAM_free(parameters) }
        let rounds = value(parameters.pointee.iter)
        guard (1...maximumRounds).contains(rounds) else { throw .unsupportedEncryption("\(rounds) rounds of PBKDF2") }
        // The function has no parameters; OpenSSL would take any.
        guard let function = parameters.pointee.prf?.pointee, let none = function.parameter else { return }
        guard none.pointee.type == V_ASN1_NULL else { throw .damaged }
    }

    private static func checkMixing(of derivation: X509_ALGOR) throws(KeyError) {
        guard
            let parameters = ASN1_TYPE_unpack_sequence(SCRYPT_PARAMS_it(), derivation.parameter)?
                .assumingMemoryBound(to: SCRYPT_PARAMS.self)
        else { throw .damaged }
        defer { SCRYPT_PARAMS_free(parameters) }
        let factors = [
            parameters.pointee.costParameter, parameters.pointee.blockSize, parameters.pointee.parallelizationParameter,
        ].map { value($0) }
        var mixing: Int64 = 1
        for factor in factors {
            guard (1...maximumMixing).contains(factor), mixing * factor <= maximumMixing else {
                throw .unsupportedEncryption("scrypt with the costs \(factors)")
            }
            mixing *= factor
        }
    }

    private static func number(of algorithm: X509_ALGOR) -> Int32 {
        OBJ_obj2nid(algorithm.algorithm)
    }

    /// A whole number; -1 for one that is missing or too large.
    private static func value(_ integer: UnsafeMutablePointer<ASN1_INTEGER>?) -> Int64 {
        var value: Int64 = 0
        guard let integer, ASN1_INTEGER_get_int64(&value, integer) == 1 else { return -1 }
        return value
    }
}
