/// What is known about the installer's keys.
package enum AnswerKeys {
    /// The form of a key on the kernel's command line, without `kldload.`, for the keys that have one.
    package static let commandLine: [String: String] = [
        "KLDLOAD_DISTRO": "distro", "KLDLOAD_PROFILE": "profile", "KLDLOAD_HOSTNAME": "hostname",
        "KLDLOAD_DISK": "disk", "KLDLOAD_USERNAME": "username", "KLDLOAD_TIMEZONE": "timezone",
        "KLDLOAD_LOCALE": "locale", "KLDLOAD_KEYBOARD_LAYOUT": "keyboard", "KLDLOAD_SUITE": "suite",
        "KLDLOAD_ENABLE_ZFS": "zfs", "KLDLOAD_ZFS_ENCRYPT": "encrypt", "KLDLOAD_ZFS_TOPOLOGY": "topology",
        "KLDLOAD_ENABLE_SECURE_BOOT": "secureboot", "KLDLOAD_BUILD_IMAGES": "buildimages",
        "KLDLOAD_KEEP_NETBOOT": "keepnetboot", "KLDLOAD_ENABLE_KVM": "kvm", "KLDLOAD_ENABLE_K8S": "k8s",
        "KLDLOAD_K8S_BOOTSTRAP": "k8sbootstrap", "KLDLOAD_KLAB_ZFS_DEV": "zfsdev", "KLDLOAD_ENABLE_AI": "ai",
        "KLDLOAD_TEMPLATE": "template",
    ]

    /// Whether a key's name says that its value is a secret, by the installer's own patterns.
    package static func looksSecret(_ key: String) -> Bool {
        secretEndings.contains { key.hasSuffix($0) }
    }

    /// The distributions, and whether the full ISO carries all that it needs to install them.
    static let distributions: [String: Bool] = [
        "arch": false, "centos": false, "debian": true, "fedora": true, "rhel": false, "rocky": false,
        "ubuntu": false,
    ]

    /// The package sets, and the smallest disk in GiB that the installer asks for each.
    static let profiles: [String: Int64] = [
        "core": 20, "server": 30, "desktop": 40, "kvm": 30, "k8s": 30, "storage": 30, "ai": 30,
    ]

    /// Answers under which an unattended golden build cannot end well, and why.
    static let impossible: [(key: String, when: @Sendable (String) -> Bool, why: String, suggestion: String)] = [
        (
            "KLDLOAD_STORAGE_MANUAL", { $0 == "1" }, "the installer would wait for somebody to part the disk",
            "remove it"
        ),
        (
            "KLDLOAD_ZFS_ENCRYPT", { $0 == "1" }, "every boot of the image would wait for a passphrase",
            "encrypt where the image is deployed"
        ),
        (
            "KLDLOAD_EXPORT_FORMAT", { $0 != "none" }, "the installer would export the disk into its own memory",
            "name the formats under 'formats:'"
        ),
        (
            "KLDLOAD_NO_AUTO_REBOOT", { $0 == "1" }, "the installer would not end, and the build would wait for it",
            "remove it"
        ),
    ]

    /// The keys that the installer knows, without `KLDLOAD_`, to find misspelt ones.
    static let known: Set<String> = Set(
        """
        DISTRO PROFILE DISK DISK_STABLE PASSWORD ENABLE_SECURE_BOOT HOSTNAME USERNAME ROOT_PASSWORD SSH_PUBKEY
        ADMIN_SSH_KEYS ADMIN_SSH_PUBKEY TIMEZONE LOCALE KEYBOARD_LAYOUT KEYBOARD_VARIANT DOMAIN FEDORA_RELEASE RELEASE
        SUITE DEBIAN_BACKPORTS MIRROR DEBIAN_MIRROR CUSTOM_MIRROR_URL CUSTOM_REPO ALLOW_INTERNET_FALLBACK
        KEEP_OFFLINE_REPOS KEEP_DARKSITE STORAGE_MODE ENABLE_ZFS ZFS_TOPOLOGY ZFS_DATA_DISKS ZFS_SPECIAL_DISKS
        ZFS_ENCRYPT ZFS_PASSPHRASE ZFS_POOL ESP_SIZE ZBM_TIMEOUT ALLOW_DUPLICATE_POOL_NAME STORAGE_MANUAL FORCE_WIPE
        GENERATE_SSH_KEY NET_METHOD NET_IFACE NET_IP NET_PREFIX NET_GW NET_DNS WIFI_SSID WIFI_PSK WIREGUARD
        NVIDIA_DRIVERS MOK_PASSWORD MOK_KEY_FILE MOK_CERT_FILE ENABLE_KVM ENABLE_K8S K8S_BOOTSTRAP K8S_CONTROL_PLANES
        K8S_WORKERS ENABLE_AI KLAB_ZFS_DEV ZFSLAB_MODE TEMPLATE ENABLE_DEVOPS DEVOPS ENABLE_EBPF ENABLE_WEBUI
        ENABLE_ZXPLORE BUILD_IMAGES BUILD_ZTEST_GOLDENS KLAB_NO_AUTO EXTRA_PACKAGES INFRA_MODE HUB_LAN NO_AUTO_REBOOT
        SECRETS_TIMEOUT KEEP_NETBOOT NETBOOT_NETDEV EXPORT_FORMAT EXPORT_SCP_HOST EXPORT_SCP_USER EXPORT_SCP_PATH
        EXPORT_SCP_KEY EXPORT_SCP_PASS RHEL_USERNAME RHEL_PASSWORD RHEL_KEY RHEL_ORG SHOW
        """.split(whereSeparator: \.isWhitespace).map { "KLDLOAD_" + $0 })

    private static let secretEndings = [
        "PASS", "PASSWORD", "PASSPHRASE", "PSK", "SECRET", "TOKEN", "_KEY", "PRIVATE_KEY", "RHEL_USERNAME",
    ]
}
