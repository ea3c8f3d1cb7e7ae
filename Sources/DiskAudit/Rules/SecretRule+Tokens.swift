extension SecretRule {
    /// Tokens of forges and of the registries that packages come from.
    static let forgeTokens = [
        SecretRule(
            "github-token", "a GitHub token",
            #"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"#),
        SecretRule(
            "gitlab-token", "a GitLab token", #"\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_-]{20,}"#),
        SecretRule("npm-token", "an npm token", #"\bnpm_[A-Za-z0-9]{36}\b|:_authToken=[A-Za-z0-9_-]{20,}"#),
        SecretRule("pypi-token", "a PyPI token", #"\bpypi-AgE[A-Za-z0-9_-]{50,}"#),
        SecretRule("docker-token", "a Docker Hub token", #"\bdckr_[po]at_[A-Za-z0-9_-]{27,}"#),
        SecretRule("rubygems-token", "a RubyGems token", #"\brubygems_[0-9a-f]{48}\b"#),
        SecretRule("crates-token", "a crates.io token", #"\bcio[A-Za-z0-9]{32}\b"#, secret: { random($0.text) }),
    ]

    /// Credentials of clouds.
    static let cloudTokens = [
        SecretRule(
            "aws-key-id", "the name of an AWS access key", #"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"#,
            secret: { random($0.text, 2.8) }),
        SecretRule(
            "aws-secret-key", "an AWS secret access key",
            #"aws_?(?:secret_?)?(?:access_?)?key["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z0-9+/]{40}\b"#, ignoresCase: true,
            secret: { randomAfterSigns(value(in: $0.text, after: ["=", ":"])) }),
        SecretRule("gcp-api-key", "a Google API key", #"\bAIza[A-Za-z0-9_-]{35}"#),
        SecretRule(
            "gcp-service-account", "a Google service account's key",
            #""private_key_id"\s{0,4}:\s{0,4}"[0-9a-f]{40}""#),
        SecretRule(
            "gcp-oauth-secret", "a Google OAuth secret", #"\bGOCSPX-[A-Za-z0-9_-]{28}|\bya29\.[A-Za-z0-9_-]{60,}"#),
        SecretRule("azure-storage-key", "an Azure storage key", #"\bAccountKey=[A-Za-z0-9+/]{86}=="#),
        SecretRule(
            "azure-client-secret", "an Azure client secret", #"\b[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"#),
        SecretRule("digitalocean-token", "a DigitalOcean token", #"\bdo[opr]_v1_[0-9a-f]{64}\b"#),
        SecretRule("terraform-token", "a Terraform Cloud token", #"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"#),
        SecretRule("vault-token", "a Vault token", #"\bhv[sbr]\.[A-Za-z0-9_-]{24,}"#, secret: { random($0.text) }),
        SecretRule(
            "tailscale-key", "a Tailscale key", #"\btskey-(?:auth|api|client)-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,}"#),
        SecretRule(
            "k3s-token", "a token of a k3s or kubeadm cluster",
            #"\bK10[0-9a-f]{64}::[a-z0-9:]{8,}|\btoken:\s{1,4}[a-z0-9]{6}\.[a-z0-9]{16}\b"#),
    ]

    /// Tokens of other services.
    static let serviceTokens = [
        SecretRule(
            "slack-token", "a Slack token", #"\bxox[abeprs]-[A-Za-z0-9-]{20,}"#, secret: { random($0.text, 2.8) }),
        SecretRule(
            "slack-webhook", "a Slack webhook",
            #"\bhooks\.slack\.com/(?:services|workflows)/[A-Z0-9]{8,12}/[A-Z0-9]{8,14}/[A-Za-z0-9]{20,}"#),
        SecretRule("stripe-key", "a Stripe key", #"\b[sr]k_(?:live|test)_[A-Za-z0-9]{20,}|\bwhsec_[A-Za-z0-9]{32,}"#),
        SecretRule("sendgrid-key", "a SendGrid key", #"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"#),
        SecretRule("twilio-key", "a Twilio key", #"\bSK[0-9a-f]{32}\b"#),
        SecretRule("mailgun-key", "a Mailgun key", #"\bkey-[0-9a-f]{32}\b"#),
        SecretRule("hugging-face-token", "a Hugging Face token", #"\bhf_[A-Za-z]{34}\b"#),
        SecretRule(
            "model-api-key", "a key of a language model's service", #"\bsk-(?:ant|proj|svcacct)-[A-Za-z0-9_-]{32,}"#),
        SecretRule("telegram-token", "a Telegram bot's token", #"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"#),
        SecretRule("databricks-token", "a Databricks token", #"\bdapi[0-9a-f]{32}\b"#),
        SecretRule("grafana-token", "a Grafana token", #"\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b"#),
        SecretRule("shopify-token", "a Shopify token", #"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"#),
        SecretRule("new-relic-key", "a New Relic key", #"\bNRAK-[A-Z0-9]{27}\b"#),
        SecretRule(
            "jwt", "a JSON web token", #"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}"#),
    ]

    /// The text, if its characters are without order.
    static func random(_ text: String, _ bitsPerCharacter: Double = 3.2) -> String? {
        SecretText.isRandom(text, bitsPerCharacter: bitsPerCharacter) ? text : nil
    }

    /// The same of Base64, which may begin as a path or an option does.
    static func randomAfterSigns(_ text: String) -> String? {
        random(String(text.drop { "/-".contains($0) })) == nil ? nil : text
    }
}
