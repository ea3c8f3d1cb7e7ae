/// Something about the ledger that must not be, found while reading it.
package struct LedgerProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What it is; control flow goes by this.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// A tag's ref is not one of the ledger, but what it says is, or its version is none.
        case name
        /// A ref holds a tag object of another name.
        case otherRef = "other-ref"
        /// A tag without a tag object: nobody made it, and nobody signed it.
        case lightweight
        /// The tag object is malformed, or says what its kind does not say.
        case malformed
        /// Nobody signed it, where signers are known.
        case unsigned
        /// It is signed with something else than an SSH key.
        case unsupportedSignature = "unsupported-signature"
        /// The signature is not one over these bytes.
        case badSignature = "bad-signature"
        /// None of the allowed signers made the signature.
        case unknownSigner = "unknown-signer"
        /// The signer's key was not good at that time.
        case expiredSigner = "expired-signer"
        /// The signer's key was revoked.
        case revokedSigner = "revoked-signer"
        /// It names another template than the series has.
        case otherTemplate = "other-template"
        /// It gives a version other bytes than another tag does.
        case otherRelease = "other-release"
        /// It points to another commit than the other tags of its version.
        case otherCommit = "other-commit"
        /// Its time is before that of its predecessor.
        case backDated = "back-dated"
        /// Its time has not come yet.
        case future
        /// The tag object before it is not there, or is no good one of the same chain.
        case brokenChain = "broken-chain"
        /// Two tags have the same predecessor, or two are the first.
        case fork
        /// The number of a turn or of an approval does not follow the one before.
        case turn
        /// What is undone is not what the channel held.
        case rollback
        /// The lock ref points to something that no tag of the chain is.
        case lock
        /// A tag object that was in the ledger before is not there any more, or its tag was moved.
        case lost
        /// A file of signers cannot be used.
        case signers
    }

    /// What it is.
    package let kind: Kind
    /// The ref that it is about, without `refs/tags/`; the chain where it is about no tag: `golden/prod`.
    package let tag: String
    /// What is wrong and what to do, in one line that a terminal shows as text.
    package let sentence: String
    /// The chain that cannot be used because of it; nil where nothing but the tag is left out.
    package let chain: LedgerChain?

    /// A problem.
    package init(_ kind: Kind, _ tag: String, _ sentence: String, chain: LedgerChain? = nil) {
        self.kind = kind
        self.tag = tag
        self.sentence = sentence
        self.chain = chain
    }

    package var description: String { "\(tag): \(sentence)" }
}
