extension Finding {
    /// The kinds of reasons; the words are those of `verify --format json`.
    package enum Kind: String, Sendable, Hashable, Encodable, CaseIterable {
        // What is in the folder.

        /// It is a symbolic link.
        case link
        /// It is a folder where a file is expected.
        case folder
        /// It is a pipe, a socket or a device.
        case special
        /// Its name is none that a file of a release may have.
        case name
        /// There are more files than any release has.
        case tooMany = "too-many"
        /// It is longer than any file of its kind.
        case tooLarge = "too-large"
        /// It cannot be read.
        case unreadable
        /// It was changed while it was read.
        case changed

        // What the checksums say.

        /// `SHA256SUMS` is not written as it must be.
        case checksumForm = "checksum-form"
        /// It is not there.
        case missing
        /// It is there, and no checksum is.
        case unlisted
        /// Its content is not that of its checksum.
        case digest

        // Who signed.

        /// Nobody was named whose word would count.
        case unvouched
        /// The signature is not one of these bytes by a key that is trusted.
        case signature
        /// It is signed, by nobody who is trusted.
        case unknownSigner = "unknown-signer"
        /// It is signed by a key whose time is over.
        case expiredSigner = "expired-signer"
        /// It is signed by a key that was revoked.
        case revokedSigner = "revoked-signer"
        /// It is signed by a key that the policy does not name.
        case signerNotAllowed = "signer-not-allowed"
        /// Fewer have signed it than the policy asks for.
        case tooFewSigners = "too-few-signers"

        // What the manifest says.

        /// The manifest is not written as it must be.
        case manifestForm = "manifest-form"
        /// The release's name or version is none.
        case releaseName = "release-name"
        /// The folder's name is not the release's.
        case folderName = "folder-name"
        /// An image's name is not that of its release and format.
        case imageName = "image-name"
        /// An image's length is not what the manifest says.
        case imageSize = "image-size"
        /// The manifest and the checksums contradict each other about an image.
        case imageDigest = "image-digest"
        /// The manifest and the checksums contradict each other about an SBOM.
        case sbomDigest = "sbom-digest"
        /// It is an image that the manifest does not name.
        case unknownImage = "unknown-image"
        /// The file that was asked for is no image of the release.
        case noImage = "no-image"

        // What the statements say.

        /// It is no envelope.
        case envelopeForm = "envelope-form"
        /// The envelope has a name that stands for nothing.
        case unknownEnvelope = "unknown-envelope"
        /// The envelope holds something that is no statement.
        case payloadType = "payload-type"
        /// It is no statement.
        case statementForm = "statement-form"
        /// The statement is not of the type that its file's name says.
        case predicateType = "predicate-type"
        /// The statement's predicate is not what its type asks for.
        case predicateForm = "predicate-form"
        /// The statement is about something that is not in this release.
        case unknownSubject = "unknown-subject"
        /// The statement is about other bytes.
        case subjectDigest = "subject-digest"
        /// The statement leaves out something that it must be about.
        case notCovered = "not-covered"
        /// The report says that something failed.
        case notPassed = "not-passed"

        // What the provenance says.

        /// It is about a build of which something is not known, or of another version.
        case unknownBuild = "unknown-build"

        // What the policy says.

        /// The policy asks for another builder.
        case otherBuilder = "other-builder"
        /// The policy asks for a recipe from elsewhere.
        case otherSource = "other-source"
        /// The policy asks for a recipe without changes.
        case dirtySource = "dirty-source"

        /// The policy asks for it, and the release does not have it.
        case evidenceMissing = "evidence-missing"
    }
}

extension Finding.Kind {
    /// What to do about a reason of this kind.
    var advice: String {
        switch self {
        case .link, .folder, .special, .name, .tooMany, .tooLarge, .unlisted:
            "a release holds plain files alone; remove it if you put it there, else get the release again"
        case .unreadable: "give yourself the right to read it, or look after the disk"
        case .changed: "let nobody write there, and verify again"
        case .missing, .digest, .imageSize: "get the release again from where it was published"
        case .checksumForm, .manifestForm, .releaseName, .imageName, .imageDigest, .sbomDigest, .unknownImage,
            .envelopeForm,
            .payloadType, .statementForm, .predicateForm:
            "do not use the release; whoever signed it must make it anew"
        case .noImage: "name the release's folder, or an image in it"
        case .unvouched: "name a key by --key or a folder of keys by --trust, or say --unsigned"
        case .signature: "do not use the release; if it should be good, see that the key is its signer's"
        case .unknownSigner: "if you trust the signer, put the key into the folder of trusted keys"
        case .expiredSigner: "have the release signed by a key that is in force"
        case .revokedSigner: "do not use the release; somebody else may have the key"
        case .signerNotAllowed: "have it signed by somebody whom the policy names"
        case .tooFewSigners: "have it signed by more of those whom the policy names"
        case .folderName: "give the folder its name back: NAME/VERSION"
        case .unknownEnvelope: "remove it and sign the release anew"
        case .predicateType, .unknownSubject, .subjectDigest, .notCovered:
            "do not use the release; the statement belongs to another one or was made wrong"
        case .unknownBuild: "do not use the release; or use the factory that made it, if that is newer"
        case .otherBuilder, .otherSource: "do not use the release, or name them in the policy"
        case .dirtySource: "commit the recipe and build the release again"
        case .notPassed: "do not use the release; see the report"
        case .evidenceMissing: "build and sign the release with it, or ask for less in the policy"
        }
    }
}
