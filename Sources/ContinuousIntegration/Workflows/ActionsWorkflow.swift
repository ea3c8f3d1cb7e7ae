package import SystemPackage

/// A workflow of GitHub Actions, which Gitea Actions take too.
///
/// It uses no action of others: git itself checks out, since `actions/checkout` would leave a lightweight tag where an
/// annotated one was pushed. Layers stay on the runner's own disk, since other jobs may write a forge's cache. No text of
/// the event enters a shell; `ci run` reads it from the event's file.
package struct ActionsWorkflow {
    private let forge: Forge
    private let options: WorkflowOptions

    /// The workflow of GitHub or Gitea.
    package init(_ forge: Forge, _ options: WorkflowOptions) {
        self.forge = forge
        self.options = options
    }

    /// Where a forge looks for it.
    package static func place(of forge: Forge) -> FilePath {
        forge == .gitea ? ".gitea/workflows/imagefactory.yml" : ".github/workflows/imagefactory.yml"
    }

    /// The workflow.
    package var file: GeneratedFile {
        GeneratedFile(
            FilePath("pipelines/ci/\(forge.rawValue).yml"), body: [head, checkOut, build].joined(),
            command: options.command(forge.rawValue))
    }

    private var head: String {
        """
        name: Golden images
        run-name: Golden image ${{ inputs.template || github.ref_name }} ${{ inputs.version }}

        on:
          push:
            # A tag such as golden/v1.2.0 asks for a build; those of channels, approvals and revocations do not.
            tags:
        \(TagPatterns.globs.map { "      - '\($0)'" }.joined(separator: "\n"))
          workflow_dispatch:
            inputs:
              template:
                description: The template to build
                required: true
                type: string
              version:
                description: The version of the release, such as v1.2.0
                required: true
                type: string

        permissions: {}

        # Builds of one release wait for each other, and none is cancelled in its middle.
        concurrency:
          group: imagefactory-${{ github.ref }}-${{ inputs.template }}-${{ inputs.version }}
          cancel-in-progress: false

        jobs:
          build:
            name: Build a release
            # Machines of your own, with /dev/kvm and imagefactory.
            runs-on: [\(options.runner.joined(separator: ", "))]
            timeout-minutes: 360
            permissions:
              contents: write # the build ends by pushing the tag of the dev channel
            outputs:
              version: ${{ steps.build.outputs.version }}
              release-digest: ${{ steps.build.outputs.release-digest }}
              folder: ${{ steps.build.outputs.folder }}
            steps:

        """
    }

    private var checkOut: String {
        """
              - name: Check out with all tags as they are
                env:
        \(token)
                run: |
                  git init --quiet
                  git remote remove origin 2>/dev/null || true
                  git remote add origin "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
                  git fetch --quiet --prune --force --no-tags origin \\
                    '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'
                  git checkout --quiet --force --detach "$GITHUB_SHA"
                  echo /imagefactory.junit.xml >.git/info/exclude
                  git clean --quiet -ffd

        """
    }

    private var build: String {
        """
              - name: Build what the tag asks for
                id: build
                env:
        \(([token] + variables).joined(separator: "\n"))
                run: imagefactory ci run --junit imagefactory.junit.xml

        """
    }

    /// The token reaches git over a variable, and neither an argument nor a file; and no other server than the forge's own.
    private var token: String {
        """
                  GIT_CONFIG_COUNT: "1"
                  GIT_CONFIG_KEY_0: credential.${{ github.server_url }}.helper
                  GIT_CONFIG_VALUE_0: '!f() { echo username=x-access-token; echo "password=$GIT_TOKEN"; }; f'
                  GIT_TOKEN: ${{ github.token }}
        """
    }

    private var variables: [String] {
        let tagger = ["GIT_COMMITTER_NAME: imagefactory", "GIT_COMMITTER_EMAIL: imagefactory@localhost"]
        let state = options.state.map { ["IMAGEFACTORY_STATE: \($0)"] } ?? []
        let secrets = options.secrets.map { "\($0): ${{ secrets.\($0) }}" }
        return (tagger + state + secrets).map { "          \($0)" }
    }
}
