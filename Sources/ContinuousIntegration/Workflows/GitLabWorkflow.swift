package import SystemPackage

/// A job of GitLab CI.
///
/// GitLab's runner checks out by git and leaves annotated tags as they are. Secrets are the project's variables, by their
/// names; GitLab hands them to every job, so mark them as protected, and the tags `*/v*` too.
package struct GitLabWorkflow {
    private let options: WorkflowOptions

    /// Where GitLab looks for it.
    package static let place: FilePath = ".gitlab-ci.yml"

    /// The job.
    package init(_ options: WorkflowOptions) {
        self.options = options
    }

    /// The file.
    package var file: GeneratedFile {
        GeneratedFile(
            "pipelines/ci/gitlab.yml", body: [job, preparation, script, artifacts].joined(),
            command: options.command("gitlab"))
    }

    private var job: String {
        """
        golden-image:
          stage: build
          # Runners of your own, with a shell executor, /dev/kvm and imagefactory.
          tags: [\(options.runner.joined(separator: ", "))]
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
              when: never
            # A tag such as golden/v1.2.0 asks for a build; those of channels, approvals and revocations do not.
            - if: $CI_COMMIT_TAG =~ \(TagPatterns.wanted) && $CI_COMMIT_TAG !~ \(TagPatterns.unwanted)
            - if: ($CI_PIPELINE_SOURCE == "web" || $CI_PIPELINE_SOURCE == "api") && $TEMPLATE && $VERSION
          variables:
            GIT_STRATEGY: fetch
            GIT_DEPTH: "0" # the ledger is all of the tags
            GIT_CLEAN_FLAGS: -ffd # output/ stays, which git ignores
            GIT_COMMITTER_NAME: imagefactory
            GIT_COMMITTER_EMAIL: imagefactory@localhost
        \(options.state.map { "    IMAGEFACTORY_STATE: \($0)\n" } ?? "")\
          timeout: 6h
          interruptible: false
          resource_group: imagefactory-$CI_COMMIT_REF_SLUG

        """
    }

    private var preparation: String {
        let checks = options.secrets.map {
            "      : \"${\($0):?is no variable of the project, or only of protected tags}\"\n"
        }
        return """
              before_script:
                - |
                  printf '%s\\n' /imagefactory.junit.xml /imagefactory.env >.git/info/exclude

            """ + checks.joined()
    }

    private var script: String {
        """
          script:
            - imagefactory ci run --junit imagefactory.junit.xml

        """
    }

    private var artifacts: String {
        """
          artifacts:
            when: always
            reports:
              junit: imagefactory.junit.xml
              dotenv: imagefactory.env

        """
    }
}
